/** A model of the hub as one writes it: `owner/name`, or `owner/name@revision`. Group 1 is the id, 2 the revision. */
export const HUB_MODEL = /^((?!.*\.\.)[\w][\w.-]{0,95}\/[\w][\w.-]{0,95})(?:@((?!.*\.\.)[\w][\w./-]{0,95}))?$/;

/** Name of the record beside a downloaded model's files: which model and commit they are. */
export const DOWNLOAD_RECORD = 'hub.json';

/** What a folder is called while it is being filled: this is added to its name. */
export const PARTIAL_SUFFIX = '.partial';

/** How the editor reaches the network; what is missing is as the environment says (`HTTPS_PROXY`, `NO_PROXY`). */
export interface ProxySettings {
  readonly url?: string;
  /** Value of the header `Proxy-Authorization`. */
  readonly authorization?: string;
  /** Hosts that are reached without it. */
  readonly bypass?: readonly string[];
  /** Whether certificates must be valid. */
  readonly strictTls: boolean;
}

export interface ModelRequest {
  /** `owner/name`, as {@link HUB_MODEL} has it. */
  readonly id: string;
  /** Branch, tag or commit; the default branch when missing. */
  readonly revision?: string;
  /** Where the model goes: the folder that is to hold its `config.json`. */
  readonly folder: string;
  /** For models that are not handed out to everybody. */
  readonly token?: string;
  readonly proxy?: ProxySettings;
  /** Language of the messages of errors. */
  readonly language: 'ja' | 'en';
}

/** What the hub says of a model before anything large is fetched. */
export interface ModelSurvey {
  readonly id: string;
  /** The commit that the revision stands for at present. */
  readonly commit: string;
  /** As the model's card names it, for example `mit`. */
  readonly license?: string;
  /** Bytes of all files that are needed. */
  readonly totalBytes: number;
  /** Bytes of them that are here already. */
  readonly presentBytes: number;
  readonly parameters: number;
  /** The host that would send them. */
  readonly host: string;
}

export interface DownloadProgress {
  readonly receivedBytes: number;
  readonly totalBytes: number;
  /** Missing until it can be told. */
  readonly bytesPerSecond?: number;
  /** Whether another process of this machine is doing the work. */
  readonly elsewhere: boolean;
}

/** Request, extension → downloader. Params {@link ModelRequest}, result {@link ModelSurvey}. */
export const SURVEY_MODEL_METHOD = 'tsuzuki/surveyModel';
/** Request, extension → downloader. Params {@link ModelRequest}, result null once the folder is whole. */
export const DOWNLOAD_MODEL_METHOD = 'tsuzuki/downloadModel';
/** Notification, downloader → extension. Params {@link DownloadProgress}. */
export const DOWNLOAD_PROGRESS_METHOD = 'tsuzuki/downloadProgress';

/** `data` of an error whose message is for the user. */
export interface DownloadErrorData {
  /** A code of `HubError` or `CheckpointError`. */
  readonly code: string;
}
