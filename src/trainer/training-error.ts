import { SpokenError, type Wordings } from '../engine/checkpoint/spoken-error';

/** Why a run of fine-tuning cannot begin or go on, and therefore which cure is offered. */
export type TrainingErrorCode =
  | 'text-missing'
  | 'text-held-out'
  | 'text-too-short'
  | 'text-inaccessible'
  | 'text-unreadable'
  | 'manuscript-unreadable'
  | 'already-running'
  | 'block-too-long'
  | 'output-exists'
  | 'output-holds-source'
  | 'output-unwritable'
  | 'adapter-needs-lora'
  | 'model-needs-full'
  | 'checkpoint-broken'
  | 'resume-differs'
  | 'diverged'
  | 'disk-full'
  | 'disk-short'
  | 'texts-disk-full'
  | 'memory-short'
  | 'memory-short-for-all'
  | 'export-disk-full'
  | 'export-no-adapter';

const WORDINGS: Wordings<TrainingErrorCode> = {
  'text-missing': {
    en: { problem: 'there is no text to train on', cure: 'Give files or a folder of texts (.txt, .md, .tex, .novel).' },
    ja: {
      problem: '学習に使える文章がありません',
      cure: '文章のファイルかフォルダ(.txt、.md、.tex、.novel)を指定してください。',
    },
  },
  'text-held-out': {
    en: {
      problem: 'all of the text is held out by --eval-data, and none is left to train on',
      cure: 'Give --eval-data a part of the texts, or others.',
    },
    ja: {
      problem: '文章がすべて --eval-data に指定されているため、学習に使える分が残りません',
      cure: '--eval-data には、文章の一部か、別の文章を指定してください。',
    },
  },
  'text-too-short': {
    en: { problem: 'the text is too short to train on', cure: 'Add text: some 10,000 characters are a beginning.' },
    ja: {
      problem: '文章が短すぎて学習できません',
      cure: '文章を足してください。1 万字ほどあれば始められます。',
    },
  },
  'text-inaccessible': {
    en: {
      problem: 'the system does not let it be read',
      cure: 'Check that it is still there and may be read, or leave it out.',
    },
    ja: {
      problem: '開けません',
      cure: '今もそこにあり、読み取りが許可されているか確かめるか、学習から外してください。',
    },
  },
  'text-unreadable': {
    en: {
      problem: 'the file is not text in a known encoding (UTF-8, Shift_JIS, EUC-JP, ISO-2022-JP, UTF-16)',
      cure: 'Save it as UTF-8, or leave it out.',
    },
    ja: {
      problem: '文章の文字コードがわかりません(読めるのは UTF-8、Shift_JIS、EUC-JP、ISO-2022-JP、UTF-16 です)',
      cure: 'UTF-8 で保存し直すか、このファイルを外してください。',
    },
  },
  'manuscript-unreadable': {
    en: { problem: 'the file can be read no more', cure: 'Read the workspace again, or leave the file out.' },
    ja: {
      problem: 'ファイルを読めなくなりました',
      cure: 'ワークスペースを読み直すか、このファイルを外してください。',
    },
  },
  'already-running': {
    en: {
      problem: 'a model is being fine-tuned on this machine already',
      cure: 'Wait until that has ended, or stop it in its window.',
    },
    ja: {
      problem: 'このマシンではすでに別の学習が進んでいます',
      cure: '終わるまで待つか、そのウィンドウで止めてください。',
    },
  },
  'block-too-long': {
    en: { problem: 'a block is longer than the model can read', cure: 'Give a smaller --block-size.' },
    ja: { problem: 'ブロックがモデルの読める長さを超えています', cure: '--block-size を小さくしてください。' },
  },
  'output-exists': {
    en: {
      problem: 'the output folder is not empty',
      cure: 'Give --resume to go on with the run in it, --overwrite-output-dir to replace it, or another folder.',
    },
    ja: {
      problem: '出力先のフォルダが空ではありません',
      cure: '続きから始めるなら --resume、置き換えるなら --overwrite-output-dir を付けるか、別のフォルダを選んでください。',
    },
  },
  'output-holds-source': {
    en: {
      problem: 'the run begins with this, and --overwrite-output-dir would delete it',
      cure: 'Give another --output.',
    },
    ja: {
      problem: 'この学習の元になるものですが、--overwrite-output-dir を付けると削除されてしまいます',
      cure: '--output に別のフォルダを指定してください。',
    },
  },
  'output-unwritable': {
    en: { problem: 'the run cannot write there', cure: 'Choose another folder, or change its permissions.' },
    ja: { problem: 'ここには書き込めません', cure: '別のフォルダを選ぶか、書き込みを許可してください。' },
  },
  'adapter-needs-lora': {
    en: {
      problem: 'full fine-tuning cannot go on from an adapter',
      cure: 'Leave out --method full, or fold the adapter into its model first (tsuzuki merge).',
    },
    ja: {
      problem: 'アダプタの続きを full で学習することはできません',
      cure: '--method full を外すか、先に tsuzuki merge でアダプタをモデルに統合してください。',
    },
  },
  'model-needs-full': {
    en: {
      problem: 'LoRA cannot go on from the whole weights of another model',
      cure: 'Give the folder as --model, or --method full.',
    },
    ja: {
      problem: 'すべての重みを学習したモデルの続きを LoRA で学習することはできません',
      cure: 'このフォルダを --model に指定するか、--method full を付けてください。',
    },
  },
  'checkpoint-broken': {
    en: {
      problem: 'the checkpoint cannot be read',
      cure: 'Delete this checkpoint folder: --resume then takes the one before it.',
    },
    ja: {
      problem: 'チェックポイントを読み取れません',
      cure: 'このチェックポイントのフォルダを削除してください。--resume は 1 つ前のものから続けます。',
    },
  },
  'resume-differs': {
    en: {
      problem: 'the run in this folder was begun otherwise',
      cure: 'Resume with the same model, texts and options, or begin anew with --overwrite-output-dir.',
    },
    ja: {
      problem: 'このフォルダの学習は別の条件で始められています',
      cure: '同じモデル・文章・設定で再開するか、--overwrite-output-dir を付けて最初から始めてください。',
    },
  },
  diverged: {
    en: {
      problem: 'the loss is not a number any more; the last checkpoint is untouched',
      cure: 'Begin anew with a smaller learning rate (--learning-rate). Where it was the first step, the weights of the base model are broken: take the model from its source again.',
    },
    ja: {
      problem: '損失が数値でなくなりました。直前のチェックポイントは無事です',
      cure: '学習率(--learning-rate)を小さくして、最初から始めてください。最初のステップで起きた場合は元のモデルの重みが壊れています。モデルを入手し直してください。',
    },
  },
  'disk-full': {
    en: {
      problem: 'the disk is full; the last checkpoint is untouched',
      cure: 'Free some space, then resume (on the command line with --resume).',
    },
    ja: {
      problem: 'ディスクがいっぱいです。直前のチェックポイントは無事です',
      cure: '空きを作ってから再開してください(コマンドラインでは --resume)。',
    },
  },
  'disk-short': {
    en: {
      problem: 'there is too little space on this disk: {detail} more is needed',
      cure: 'Free some space, then read again. A smaller base model needs less.',
    },
    ja: {
      problem: 'ディスクの空きが {detail} 足りません',
      cure: '空きを作ってから読み直してください。小さいモデルなら、もっと少ない空きで足ります。',
    },
  },
  'texts-disk-full': {
    en: {
      problem: 'the disk is full, and nothing was trained yet',
      cure: 'Free some space, then start again.',
    },
    ja: {
      problem: 'ディスクがいっぱいです。学習はまだ始まっていません',
      cure: '空きを作ってから、もう一度始めてください。',
    },
  },
  'memory-short': {
    en: {
      problem: 'too little memory is free to fine-tune this model: {detail} more is needed',
      cure: 'Close other programs, then read again; or choose a smaller base model. This is already the least that it takes: LoRA, a base in 8 bits, one block at a time.',
    },
    ja: {
      problem: 'このモデルの学習には、空きメモリーが {detail} 足りません',
      cure: 'ほかのアプリを閉じてから読み直すか、小さいモデルを選んでください。LoRA、8 ビットの元モデル、1 ブロックずつの計算という、最も軽い方法で見積もっています。',
    },
  },
  'memory-short-for-all': {
    en: {
      problem: 'too little memory is free to train all weights of this model: {detail} more is needed',
      cure: 'Close other programs, then read again.',
    },
    ja: {
      problem: 'このモデルのすべての重みを学習するには、空きメモリーが {detail} 足りません',
      cure: 'ほかのアプリを閉じてから、読み直してください。',
    },
  },
  'export-disk-full': {
    en: { problem: 'the disk is full; nothing was left there', cure: 'Free some space, then export again.' },
    ja: {
      problem: 'ディスクがいっぱいです。書きかけのものは残していません',
      cure: '空きを作ってから、もう一度書き出してください。',
    },
  },
  'export-no-adapter': {
    en: { problem: 'all weights of this model were trained: there is no adapter', cure: 'Export the whole model.' },
    ja: {
      problem: 'すべての重みを学習したモデルなので、アダプターはありません',
      cure: 'モデル全体を書き出してください。',
    },
  },
};

/** A run that cannot begin or go on. */
export class TrainingError extends SpokenError<TrainingErrorCode> {
  override readonly name = 'TrainingError';

  /**
   * @param place The file or folder at fault.
   * @param detail What exactly was found, untranslated.
   */
  constructor(
    code: TrainingErrorCode,
    readonly place: string,
    detail = '',
  ) {
    super(WORDINGS, code, [place], detail);
  }
}
