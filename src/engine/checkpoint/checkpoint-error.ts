import { type BothWordings, SpokenError, type Wordings } from './spoken-error';

/** What is wrong with a model folder, and therefore which cure is offered. */
export type CheckpointErrorCode =
  | 'folder-missing'
  | 'folder-empty'
  | 'config-missing'
  | 'config-broken'
  | 'architecture-unknown'
  | 'option-unsupported'
  | 'weights-missing'
  | 'weights-truncated'
  | 'weights-broken'
  | 'weights-excessive'
  | 'pytorch-broken'
  | 'pytorch-unsafe'
  | 'pytorch-unsupported'
  | 'index-broken'
  | 'shard-missing'
  | 'dtype-unknown'
  | 'tensor-missing'
  | 'tensor-misshapen'
  | 'vocabulary-mismatch'
  | 'tokenizer-missing'
  | 'tokenizer-broken'
  | 'adapter-missing'
  | 'adapter-broken'
  | 'adapter-unsupported'
  | 'adapter-mismatch'
  | 'adapter-other-base'
  | 'cache-disk-full'
  | 'cache-unwritable'
  | 'folder-exists'
  | 'folder-foreign';

const DOWNLOAD_AGAIN = {
  en: 'Download the file again.',
  ja: 'ファイルをダウンロードし直してください。',
};
const CHOOSE_FOLDER = {
  en: 'Choose a Hugging Face model folder that holds config.json, model.safetensors or pytorch_model.bin, and a tokenizer.',
  ja: 'config.json、model.safetensors または pytorch_model.bin、トークナイザを含む Hugging Face のモデルフォルダを選んでください。',
};
const MATCHING_FILES = {
  en: 'The two files do not belong together: take both from the same model.',
  ja: '2 つのファイルが別々のモデルのものです。同じモデルの組を使ってください。',
};
const GPT2_ONLY = {
  en: 'Choose a GPT-2 model (GPT2LMHeadModel), for example rinna/japanese-gpt2-medium.',
  ja: 'GPT-2(GPT2LMHeadModel)のモデル、たとえば rinna/japanese-gpt2-medium を選んでください。',
};

const FROM_ITS_SOURCE = {
  en: 'Do not use this file. Download the model from its original source, as model.safetensors where it is offered.',
  ja: 'このファイルは使わず、モデルを元の配布先からダウンロードし直してください。model.safetensors があれば、そちらを使ってください。',
};
const AS_SAFETENSORS = {
  en: 'Download the model as model.safetensors, or save it anew with a current version of PyTorch.',
  ja: 'model.safetensors のモデルをダウンロードするか、新しい PyTorch で保存し直したものを使ってください。',
};
const ALL_PARTS = {
  en: 'Download all files of the model into one folder.',
  ja: 'モデルのすべてのファイルを、一つのフォルダにダウンロードしてください。',
};

const CHOOSE_ADAPTER = {
  en: 'Choose a PEFT adapter folder that holds adapter_config.json and adapter_model.safetensors.',
  ja: 'adapter_config.json と adapter_model.safetensors を含む PEFT のアダプタのフォルダを選んでください。',
};

function wording(en: string, ja: string, cure: { readonly en: string; readonly ja: string }): BothWordings {
  return { en: { problem: en, cure: cure.en }, ja: { problem: ja, cure: cure.ja } };
}

const WORDINGS: Wordings<CheckpointErrorCode> = {
  'folder-missing': wording('there is no such folder', 'フォルダがありません', CHOOSE_FOLDER),
  'folder-empty': wording('the folder is empty', 'フォルダが空です', CHOOSE_FOLDER),
  'config-missing': wording('config.json is missing', 'config.json がありません', CHOOSE_FOLDER),
  'config-broken': wording('config.json cannot be understood', 'config.json を読み取れません', DOWNLOAD_AGAIN),
  'architecture-unknown': wording('this architecture is not supported', '対応していない種類のモデルです', GPT2_ONLY),
  'option-unsupported': wording(
    'the model uses an option that is not supported',
    '対応していない設定を使うモデルです',
    GPT2_ONLY,
  ),
  'weights-missing': wording(
    'there are no weights (model.safetensors or pytorch_model.bin)',
    '重みのファイル(model.safetensors または pytorch_model.bin)がありません',
    CHOOSE_FOLDER,
  ),
  'weights-truncated': wording('the file ends too early', 'ファイルが途中で切れています', DOWNLOAD_AGAIN),
  'weights-broken': wording(
    'this is not a valid safetensors file',
    '正しい safetensors ファイルではありません',
    DOWNLOAD_AGAIN,
  ),
  'weights-excessive': wording(
    'the file claims to hold far more than it does',
    '実際の中身よりはるかに大きなデータがあるように書かれたファイルです',
    FROM_ITS_SOURCE,
  ),
  'pytorch-broken': wording(
    'this is not a valid PyTorch file of weights',
    '正しい PyTorch の重みのファイルではありません',
    DOWNLOAD_AGAIN,
  ),
  'pytorch-unsafe': wording(
    'the file asks for more than tensors, which can run programs; nothing of it was executed',
    'テンソル以外のものを呼び出すファイルで、プログラムを実行される恐れがあります。何も実行せずに読み込みを中止しました',
    FROM_ITS_SOURCE,
  ),
  'pytorch-unsupported': wording(
    'the PyTorch file is stored in a way that is not supported',
    '対応していない形で保存された PyTorch ファイルです',
    AS_SAFETENSORS,
  ),
  'index-broken': wording(
    'the list of the weight files cannot be understood',
    '重みのファイルの一覧を読み取れません',
    DOWNLOAD_AGAIN,
  ),
  'shard-missing': wording('a part of the weights is missing', '重みのファイルの一部がありません', ALL_PARTS),
  'dtype-unknown': wording(
    'the number format of a tensor is not supported',
    '対応していない数値形式のテンソルがあります',
    {
      en: 'Use weights stored as F32, F16 or BF16.',
      ja: 'F32、F16、BF16 のいずれかで保存された重みを使ってください。',
    },
  ),
  'tensor-missing': wording('a tensor is missing', '必要なテンソルがありません', MATCHING_FILES),
  'tensor-misshapen': wording('a tensor has another shape', 'テンソルの形が合いません', MATCHING_FILES),
  'vocabulary-mismatch': wording(
    'tokenizer and model disagree about the vocabulary',
    'トークナイザとモデルの語彙が合いません',
    MATCHING_FILES,
  ),
  'tokenizer-missing': wording(
    'there is no tokenizer (spiece.model, tokenizer.json, or vocab.json with merges.txt)',
    'トークナイザ(spiece.model、tokenizer.json、または vocab.json と merges.txt)がありません',
    CHOOSE_FOLDER,
  ),
  'tokenizer-broken': wording('the tokenizer cannot be read', 'トークナイザを読み取れません', DOWNLOAD_AGAIN),
  'adapter-missing': wording('there is no such adapter file', 'アダプタのファイルがありません', CHOOSE_ADAPTER),
  'adapter-broken': wording('the adapter cannot be understood', 'アダプタを読み取れません', {
    en: 'Copy the adapter again, or make it again by fine-tuning.',
    ja: 'アダプタをコピーし直すか、もう一度追加学習して作ってください。',
  }),
  'adapter-unsupported': wording(
    'the adapter uses an option that is not supported',
    '対応していない設定を使うアダプタです',
    {
      en: 'Merge it into its model with PEFT (merge_and_unload) and use the merged model, or train an adapter without this option.',
      ja: 'PEFT の merge_and_unload でモデルに統合したものを使うか、この設定を使わずに学習したアダプタを使ってください。',
    },
  ),
  'adapter-mismatch': wording('the adapter does not fit the model', 'アダプタがモデルに合いません', {
    en: 'Use the adapter with the model that it was trained on.',
    ja: 'アダプタは、その学習に使ったモデルと組み合わせて使ってください。',
  }),
  'adapter-other-base': wording(
    'the adapter was trained on another model, or its model has been changed since',
    'アダプタは別のモデルで学習されたか、学習のあとでモデルが変更されています',
    {
      en: 'Choose the model that it was trained on, use no adapter, or fine-tune again on this model.',
      ja: '学習に使ったモデルを選ぶか、アダプタを外すか、このモデルでもう一度学習してください。',
    },
  ),
  'cache-disk-full': wording(
    'the disk is too full to make the model ready',
    'ディスクの空きが足りず、モデルの準備ができません',
    {
      en: 'Make room on that disk, or choose a smaller model.',
      ja: 'そのディスクの空きを増やすか、より小さいモデルを選んでください。',
    },
  ),
  'cache-unwritable': wording(
    'what is made of the model cannot be kept in this folder',
    'モデルから作るデータを、このフォルダに保存できません',
    { en: 'Allow writing into this folder.', ja: 'このフォルダに書き込めるようにしてください。' },
  ),
  'folder-exists': wording('the output folder is not empty', '出力先のフォルダが空ではありません', {
    en: 'Choose another folder, or give --overwrite to replace the model or adapter in it.',
    ja: '別のフォルダを選ぶか、中のモデルやアダプタを置き換えるなら --overwrite を付けてください。',
  }),
  'folder-foreign': wording(
    'the output folder holds more than a model or an adapter and is not replaced',
    '出力先にモデルやアダプタ以外のものがあるため、置き換えません',
    { en: 'Choose another folder.', ja: '別のフォルダを選んでください。' },
  ),
};

/** A model folder that cannot be used. */
export class CheckpointError extends SpokenError<CheckpointErrorCode> {
  override readonly name = 'CheckpointError';

  /**
   * @param files The files at fault: two where config and weights disagree.
   * @param detail What exactly was found, untranslated: a tensor's name, byte counts, a parser's message.
   */
  constructor(
    code: CheckpointErrorCode,
    readonly files: readonly string[],
    detail: string,
  ) {
    super(WORDINGS, code, files, detail);
  }
}
