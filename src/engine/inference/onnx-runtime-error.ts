import { type BothWordings, SpokenError, type Wordings } from '../checkpoint/spoken-error';

export type OnnxRuntimeErrorCode = 'absent' | 'unloadable' | 'unloadable-linux' | 'unloadable-windows';

const UNLOADABLE = {
  en: 'ONNX Runtime, which computes the model, cannot be loaded',
  ja: 'モデルの計算に使う ONNX Runtime を読み込めません',
};

function unloadable(en: string, ja: string): BothWordings {
  return { en: { problem: UNLOADABLE.en, cure: en }, ja: { problem: UNLOADABLE.ja, cure: ja } };
}

const WORDINGS: Wordings<OnnxRuntimeErrorCode> = {
  absent: {
    en: {
      problem: 'there is no ONNX Runtime for this system, which computes the model',
      cure: 'Install the version of Tsuzuki that is made for this system. There are versions for Linux and Windows (x64, arm64) and macOS (arm64).',
    },
    ja: {
      problem: 'モデルの計算に使う ONNX Runtime が、このシステム向けのものではありません',
      cure: 'このシステム向けの Tsuzuki をインストールしてください。Linux と Windows(x64、arm64)、macOS(arm64)向けがあります。',
    },
  },
  unloadable: unloadable('Install Tsuzuki again.', 'Tsuzuki をインストールし直してください。'),
  'unloadable-linux': unloadable(
    'Install Tsuzuki again. It needs a Linux with glibc 2.28 or newer; Alpine Linux has another C library.',
    'Tsuzuki をインストールし直してください。glibc 2.28 以降の Linux が必要です(Alpine Linux の C ライブラリでは動きません)。',
  ),
  'unloadable-windows': unloadable(
    'Install the current “Microsoft Visual C++ Redistributable”, and start the editor again.',
    '最新の「Microsoft Visual C++ 再頒布可能パッケージ」をインストールして、エディタを起動し直してください。',
  ),
};

/** The library that computes the model is not there, or does not load. */
export class OnnxRuntimeError extends SpokenError<OnnxRuntimeErrorCode> {
  override readonly name = 'OnnxRuntimeError';

  /** @param cause What loading it threw. */
  constructor(cause: unknown, { platform, arch }: Pick<NodeJS.Process, 'platform' | 'arch'>) {
    const detail = cause instanceof Error ? firstLine(cause.message) : String(cause);
    super(WORDINGS, codeOf(cause, platform), [`${platform}-${arch}`], detail);
    this.cause = cause;
  }
}

function codeOf(cause: unknown, platform: NodeJS.Platform): OnnxRuntimeErrorCode {
  if (cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND') return 'absent';
  switch (platform) {
    case 'linux':
      return 'unloadable-linux';
    case 'win32':
      return 'unloadable-windows';
    default:
      return 'unloadable';
  }
}

/** Node adds the files that asked for a missing one. */
function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
