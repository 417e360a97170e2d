import { SpokenError, type Wordings } from '../checkpoint/spoken-error';

/** Why a model cannot be downloaded, and therefore which cure is offered. */
export type HubErrorCode =
  | 'id-invalid'
  | 'endpoint-invalid'
  | 'proxy-invalid'
  | 'certificate'
  | 'proxy-refused'
  | 'offline'
  | 'not-found'
  | 'token-needed'
  | 'gated'
  | 'busy'
  | 'hub-failing'
  | 'interrupted'
  | 'stalled'
  | 'hub-broken'
  | 'files-missing'
  | 'content-differs'
  | 'disk-space'
  | 'disk-full'
  | 'folder-exists'
  | 'folder-unwritable'
  | 'not-downloaded';

const TRY_LATER = {
  en: 'Try again later: what has been received is kept.',
  ja: '時間をおいてやり直してください。受信した分は残っており、続きから始まります。',
};

const WORDINGS: Wordings<HubErrorCode> = {
  'id-invalid': {
    en: { problem: 'this is not the id of a model', cure: 'Write it as owner/name, as in rinna/japanese-gpt2-medium.' },
    ja: {
      problem: 'モデルの ID ではありません',
      cure: 'rinna/japanese-gpt2-medium のように「所有者/名前」の形で書いてください。',
    },
  },
  'endpoint-invalid': {
    en: {
      problem: 'this is not the address of a hub',
      cure: 'Write it as https://huggingface.co, or unset it. In the editor it is the setting tsuzuki.model.hub, where that is not empty.',
    },
    ja: {
      problem: 'ハブのアドレスとして正しくありません',
      cure: 'https://huggingface.co の形で書くか、設定を消してください。エディタでは、設定 tsuzuki.model.hub があればその値です。',
    },
  },
  'proxy-invalid': {
    en: { problem: 'this is not the address of a proxy', cure: 'Write it as http://host:port, or unset it.' },
    ja: {
      problem: 'プロキシのアドレスとして正しくありません',
      cure: 'http://ホスト:ポート の形で書くか、設定を消してください。',
    },
  },
  certificate: {
    en: {
      problem: 'the certificate of the connection is not trusted',
      cure: 'Check the date of this machine. Where a proxy or a virus scanner of your network looks into connections, name the file of its certificate (PEM) in the variable NODE_EXTRA_CA_CERTS; in the editor, http.proxyStrictSSL can also be switched off.',
    },
    ja: {
      problem: '通信の証明書を信頼できません',
      cure: 'このマシンの日付を確かめてください。プロキシやウイルス対策ソフトが通信を検査している場合は、その証明書(PEM)のファイルを環境変数 NODE_EXTRA_CA_CERTS で指定してください。エディタでは http.proxyStrictSSL をオフにする方法もあります。',
    },
  },
  'proxy-refused': {
    en: {
      problem: 'the proxy does not let the connection through',
      cure: 'Where it asks for a user (407), set http.proxyAuthorization in the editor, or write http://user:password@host:port as HTTPS_PROXY on the command line.',
    },
    ja: {
      problem: 'プロキシが接続を通しません',
      cure: '認証が必要な場合(407)は、エディタでは http.proxyAuthorization を設定し、コマンドラインでは HTTPS_PROXY に「http://ユーザー:パスワード@ホスト:ポート」の形で書いてください。',
    },
  },
  offline: {
    en: {
      problem: 'the hub cannot be reached: this machine seems to be offline',
      cure: 'Check the connection and the proxy settings, then try again. Models that are here already work offline.',
    },
    ja: {
      problem: 'ハブに接続できません。オフラインのようです',
      cure: 'ネットワーク接続とプロキシの設定を確かめて、やり直してください。ダウンロード済みのモデルはオフラインでも使えます。',
    },
  },
  'not-found': {
    en: {
      problem: 'the hub has no such model or revision',
      cure: 'Check the id. A private model needs an access token that may read it.',
    },
    ja: {
      problem: 'ハブにそのモデルまたはリビジョンがありません',
      cure: 'ID を確かめてください。非公開のモデルには、読み取りを許されたアクセストークンが必要です。',
    },
  },
  'token-needed': {
    en: {
      problem: 'the hub does not show this model without a valid access token',
      cure: 'Check the id; if it is right, set an access token of Hugging Face.',
    },
    ja: {
      problem: '有効なアクセストークンがないと、ハブはこのモデルを見せません',
      cure: 'ID を確かめ、正しければ Hugging Face のアクセストークンを設定してください。',
    },
  },
  gated: {
    en: {
      problem: 'the model is handed out only to those who have accepted its conditions',
      cure: 'Accept them on the page of the model, then set an access token of that account.',
    },
    ja: {
      problem: '条件に同意した人にだけ配布されるモデルです',
      cure: 'モデルのページで同意し、そのアカウントのアクセストークンを設定してください。',
    },
  },
  busy: {
    en: { problem: 'the hub asks to wait, as there were too many requests', cure: TRY_LATER.en },
    ja: { problem: 'リクエストが多すぎるため、ハブに待つよう求められました', cure: TRY_LATER.ja },
  },
  'hub-failing': {
    en: { problem: 'the hub has a problem of its own', cure: TRY_LATER.en },
    ja: { problem: 'ハブの側で問題が起きています', cure: TRY_LATER.ja },
  },
  interrupted: {
    en: { problem: 'the connection broke off again and again', cure: TRY_LATER.en },
    ja: { problem: '接続が何度も途切れました', cure: TRY_LATER.ja },
  },
  stalled: {
    en: { problem: 'nothing came from the hub for too long, again and again', cure: TRY_LATER.en },
    ja: { problem: 'ハブから長い間何も届かないことが続きました', cure: TRY_LATER.ja },
  },
  'hub-broken': {
    en: {
      problem: 'the hub gave an answer that is not to be trusted',
      cure: 'Check the id, and HF_ENDPOINT or the setting tsuzuki.model.hub where one of them is set.',
    },
    ja: {
      problem: 'ハブの応答が信頼できるものではありません',
      cure: 'ID と、設定しているなら HF_ENDPOINT または設定 tsuzuki.model.hub を確かめてください。',
    },
  },
  'files-missing': {
    en: {
      problem: 'the repository lacks files that a GPT-2 needs',
      cure: 'Choose a model with config.json, weights (model.safetensors or pytorch_model.bin) and a tokenizer.',
    },
    ja: {
      problem: 'リポジトリに GPT-2 に必要なファイルが足りません',
      cure: 'config.json、重み(model.safetensors または pytorch_model.bin)、トークナイザのそろったモデルを選んでください。',
    },
  },
  'content-differs': {
    en: {
      problem: 'what was received is not what the hub has listed, twice in a row; it was thrown away',
      cure: 'Try again, without a proxy or mirror in between where that is possible.',
    },
    ja: {
      problem: '受信した内容が、ハブの一覧と 2 度続けて一致しませんでした。受信した分は破棄しました',
      cure: 'できればプロキシやミラーを通さずに、やり直してください。',
    },
  },
  'disk-space': {
    en: { problem: 'there is not enough room on the disk', cure: 'Free some space, then try again.' },
    ja: { problem: 'ディスクの空きが足りません', cure: '空きを作ってから、やり直してください。' },
  },
  'disk-full': {
    en: {
      problem: 'the disk is full',
      cure: 'Free some space, then try again: what has been received is kept.',
    },
    ja: {
      problem: 'ディスクがいっぱいです',
      cure: '空きを作ってから、やり直してください。受信した分は残っており、続きから始まります。',
    },
  },
  'folder-exists': {
    en: { problem: 'the folder holds something else', cure: 'Choose another folder, or delete this one first.' },
    ja: { problem: 'フォルダに別のものが入っています', cure: '別のフォルダを選ぶか、先に削除してください。' },
  },
  'folder-unwritable': {
    en: { problem: 'the folder cannot be written to', cure: 'Choose another folder, or change its permissions.' },
    ja: { problem: 'フォルダに書き込めません', cure: '別のフォルダを選ぶか、書き込みを許可してください。' },
  },
  'not-downloaded': {
    en: {
      problem: 'there is no such folder, and no model of this id has been downloaded',
      cure: 'Fetch it with: tsuzuki download owner/name',
    },
    ja: {
      problem: 'そのフォルダはなく、この ID のモデルもダウンロードされていません',
      cure: '「tsuzuki download 所有者/名前」で取得してください。',
    },
  },
};

/** A model that cannot be downloaded. */
export class HubError extends SpokenError<HubErrorCode> {
  override readonly name = 'HubError';

  /**
   * @param place The model, file or folder at fault.
   * @param detail What exactly was found, untranslated.
   */
  constructor(
    code: HubErrorCode,
    readonly place: string,
    detail = '',
  ) {
    super(WORDINGS, code, [place], detail);
  }
}
