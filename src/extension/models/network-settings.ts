import type { ProxySettings } from '../../protocol/download';

/** VS Code's own settings of the section `http`, as they come. */
export interface HttpSettings {
  readonly proxy?: string | undefined;
  readonly proxyAuthorization?: string | null | undefined;
  readonly noProxy?: readonly string[] | undefined;
  readonly proxyStrictSSL?: boolean | undefined;
}

/** What they mean for a download; what is left empty is as the environment says. */
export function proxySettings({ proxy, proxyAuthorization, noProxy, proxyStrictSSL }: HttpSettings): ProxySettings {
  const url = proxy?.trim() ?? '';
  return {
    ...(url !== '' && { url }),
    ...(proxyAuthorization && { authorization: proxyAuthorization }),
    ...(noProxy !== undefined && noProxy.length > 0 && { bypass: noProxy }),
    strictTls: proxyStrictSSL ?? true,
  };
}

/** Where models are looked up when neither the setting nor the environment names another place. */
const HUB = 'https://huggingface.co';

/** The address of the hub: the setting, else `HF_ENDPOINT`, else Hugging Face's. */
export function hubEndpoint(setting: string, environment: NodeJS.ProcessEnv): string {
  return setting.trim() || environment.HF_ENDPOINT?.trim() || HUB;
}

/** The host of an address as a user knows it; the address itself where it is none. */
export function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).host : endpoint;
}
