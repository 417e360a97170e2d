import type { ProxySettings } from '../../protocol/download';
import { hubCacheFolder } from './hub-cache';
import { HubClient } from './hub-client';

const HUB = 'https://huggingface.co';

export interface HubSettings {
  readonly token?: string | undefined;
  readonly proxy?: ProxySettings | undefined;
}

/**
 * The hub as the variables of Hugging Face's own tools say: `HF_ENDPOINT` is a mirror, `HF_HUB_DOWNLOAD_TIMEOUT` the
 * seconds after which a silent connection counts as broken, `HF_HUB_CACHE` and `HF_HOME` where they keep their files.
 *
 * @throws {HubError} endpoint-invalid, proxy-invalid, token-needed
 */
export function openHub(
  { token, proxy }: HubSettings,
  environment: NodeJS.ProcessEnv = process.env,
): { readonly hub: HubClient; readonly cache: string } {
  const seconds = Number(environment.HF_HUB_DOWNLOAD_TIMEOUT);
  const hub = new HubClient({
    endpoint: environment.HF_ENDPOINT || HUB,
    token: token?.trim() || undefined,
    proxy,
    ...(seconds > 0 && Number.isFinite(seconds) && { stallMs: 1000 * seconds }),
  });
  return { hub, cache: hubCacheFolder(environment) };
}
