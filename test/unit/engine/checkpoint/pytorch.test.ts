import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CheckpointError } from '../../../../src/engine/checkpoint/checkpoint-error';
import { readPytorchHeader } from '../../../../src/engine/checkpoint/pytorch/read-pytorch';
import { matrixRows, readTensor } from '../../../../src/engine/checkpoint/read-tensor';
import {
  dict,
  floats,
  global,
  integer,
  legacyFile,
  list,
  NONE,
  type Opcodes,
  ORDERED_DICT,
  persistent,
  pickle,
  reduce,
  tensor,
  text,
  tuple,
  zipFile,
} from '../../../pytorch-file';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tsuzuki-pytorch-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(bytes: Buffer): Promise<string> {
  const file = join(await mkdtemp(join(folder, 'file-')), 'pytorch_model.bin');
  await writeFile(file, bytes);
  return file;
}

/** Every tensor's shape and numbers. */
async function read(bytes: Buffer): Promise<Record<string, { shape: readonly number[]; numbers: number[] }>> {
  const tensors: Record<string, { shape: readonly number[]; numbers: number[] }> = {};
  for (const [name, place] of await readPytorchHeader(await fileOf(bytes))) {
    tensors[name] = { shape: place.shape, numbers: [...(await readTensor(place))] };
  }
  return tensors;
}

async function failure(bytes: Buffer): Promise<CheckpointError> {
  const error = await readPytorchHeader(await fileOf(bytes)).catch((thrown: unknown) => thrown);
  if (error instanceof CheckpointError) return error;
  throw new Error(`expected a CheckpointError, got ${String(error)}`);
}

describe.each([
  ['zip', zipFile],
  ['legacy', legacyFile],
])('%s', (_, file) => {
  test('a matrix and a vector', async () => {
    const state = pickle(
      dict({
        w: tensor({ key: '0', length: 6, shape: [2, 3], strides: [3, 1] }),
        b: tensor({ key: '1', length: 2, shape: [2], strides: [1] }),
      }),
    );
    expect(await read(file(state, { 0: floats(1, 2, 3, 4, 5, 6), 1: floats(7, 8) }))).toEqual({
      w: { shape: [2, 3], numbers: [1, 2, 3, 4, 5, 6] },
      b: { shape: [2], numbers: [7, 8] },
    });
  });

  test('views into one storage: a transposed matrix, a column, the second half, a single number', async () => {
    const view = { key: '0', length: 6 };
    const state = pickle(
      dict({
        transposed: tensor({ ...view, shape: [3, 2], strides: [1, 3] }),
        column: tensor({ ...view, offset: 1, shape: [2], strides: [3] }),
        half: tensor({ ...view, offset: 3, shape: [1, 3], strides: [99, 1] }),
        single: tensor({ ...view, offset: 5, shape: [], strides: [] }),
        cube: tensor({ ...view, shape: [1, 3, 2], strides: [6, 1, 3] }),
      }),
    );
    expect(await read(file(state, { 0: floats(1, 2, 3, 4, 5, 6) }))).toEqual({
      transposed: { shape: [3, 2], numbers: [1, 4, 2, 5, 3, 6] },
      column: { shape: [2], numbers: [2, 5] },
      half: { shape: [1, 3], numbers: [4, 5, 6] },
      single: { shape: [], numbers: [6] },
      cube: { shape: [1, 3, 2], numbers: [1, 4, 2, 5, 3, 6] },
    });
  });

  test('an OrderedDict with _metadata, parameters, tensors of the first version', async () => {
    const storage = persistent(
      tuple(text('storage'), global('torch', 'FloatStorage'), text('0'), text('cuda:0'), integer(2)),
    );
    const old = reduce(
      global('torch._utils', '_rebuild_tensor'),
      storage,
      integer(0),
      tuple(integer(2)),
      tuple(integer(1)),
    );
    const parameter = reduce(global('torch._utils', '_rebuild_parameter'), old, NONE, ORDERED_DICT);
    const state = pickle(
      ORDERED_DICT,
      Buffer.from('('),
      text('a'),
      old,
      text('b'),
      parameter,
      Buffer.from('u'),
      dict({ _metadata: dict({ '': dict({ version: integer(1) }) }) }),
      Buffer.from('b'),
    );
    const numbers = { shape: [2], numbers: [1.5, -2] };
    expect(await read(file(state, { 0: floats(1.5, -2) }))).toEqual({ a: numbers, b: numbers });
  });
});

test('a file of a big-endian machine', async () => {
  const state = pickle(dict({ w: tensor({ key: '0', length: 1, shape: [1], strides: [1] }) }));
  expect(await failure(zipFile(state, { 0: floats(1) }, { byteorder: Buffer.from('big') }))).toMatchObject({
    code: 'pytorch-unsupported',
    detail: 'byte order big',
  });
});

test('half and bfloat16 storages', async () => {
  const state = pickle(
    dict({
      half: tensor({ type: 'HalfStorage', key: '0', length: 3, shape: [3], strides: [1] }),
      brain: tensor({ type: 'BFloat16Storage', key: '1', length: 4, shape: [2, 2], strides: [1, 2] }),
    }),
  );
  const halves = Buffer.from(Uint16Array.of(0x3c00, 0xc100, 0x0001).buffer);
  const brains = Buffer.from(Uint16Array.of(0x3f80, 0xc020, 0x0000, 0x4049).buffer);
  expect(await read(zipFile(state, { 0: halves, 1: brains }))).toEqual({
    half: { shape: [3], numbers: [1, -2.5, 2 ** -24] },
    brain: { shape: [2, 2], numbers: [1, 0, -2.5, 3.140625] },
  });
});

test('tensors that are not wanted may have any format', async () => {
  const state = pickle(
    dict({
      w: tensor({ key: '0', length: 1, shape: [1], strides: [1] }),
      mask: tensor({ type: 'BoolStorage', key: '1', length: 4, shape: [2, 2], strides: [2, 1] }),
    }),
  );
  for (const bytes of [
    zipFile(state, { 0: floats(1), 1: Buffer.alloc(4) }),
    legacyFile(state, { 1: Buffer.alloc(4), 0: floats(1) }, { 1: 4 }),
  ]) {
    const file = await fileOf(bytes);
    expect([...(await readPytorchHeader(file, (name) => name === 'w')).keys()]).toEqual(['w']);
    await expect(readPytorchHeader(file)).rejects.toMatchObject({ code: 'dtype-unknown', detail: 'mask: BOOL' });
  }
});

test('some rows of a transposed matrix', async () => {
  const state = pickle(dict({ w: tensor({ key: '0', length: 6, shape: [3, 2], strides: [1, 3] }) }));
  const places = await readPytorchHeader(await fileOf(zipFile(state, { 0: floats(1, 2, 3, 4, 5, 6) })));
  const w = places.get('w');
  if (w === undefined) throw new Error('no tensor');
  expect([...(await readTensor(matrixRows(w, 1, 2)))]).toEqual([2, 5, 3, 6]);
});

describe('a file that asks for more than tensors is refused with its reason, unexecuted', () => {
  const one = { key: '0', length: 1, shape: [1], strides: [1] };
  const callOf = (...opcodes: Opcodes[]) => pickle(...opcodes);
  const raw = (code: string) => Buffer.from(code, 'latin1');
  const evil = join(tmpdir(), 'tsuzuki-was-executed');
  const command = text(`touch ${evil}`);

  test.each<[string, Buffer, string, RegExp]>([
    ['os.system by REDUCE', callOf(reduce(global('posix', 'system'), command)), 'pytorch-unsafe', /^posix\.system$/],
    ['os.system on Windows', callOf(reduce(global('nt', 'system'), command)), 'pytorch-unsafe', /^nt\.system$/],
    ['a class merely named', callOf(global('subprocess', 'Popen'), raw('0')), 'pytorch-unsafe', /^subprocess\.Popen$/],
    [
      'eval inside a state dict',
      callOf(dict({ w: reduce(global('builtins', 'eval'), command) })),
      'pytorch-unsafe',
      /^builtins\.eval$/,
    ],
    ['STACK_GLOBAL', callOf(text('os'), text('system'), raw('\x93')), 'pytorch-unsafe', /^os\.system$/],
    [
      'a chain of getattr',
      callOf(reduce(global('builtins', 'getattr'), global('torch', 'FloatStorage'), text('__init__'))),
      'pytorch-unsafe',
      /^builtins\.getattr$/,
    ],
    [
      'a dotted name',
      callOf(global('torch._utils', '_rebuild_tensor_v2.__globals__')),
      'pytorch-unsafe',
      /__globals__$/,
    ],
    [
      'torch.load in torch.load',
      callOf(reduce(global('torch.storage', '_load_from_bytes'), text(''))),
      'pytorch-unsafe',
      /_load_from_bytes$/,
    ],
    ['INST', callOf(raw('('), command, raw('iposix\nsystem\n')), 'pytorch-unsafe', /INST/],
    ['OBJ', callOf(raw('('), command, raw('o')), 'pytorch-unsafe', /OBJ/],
    ['NEWOBJ', callOf(ORDERED_DICT, tuple(), raw('\x81')), 'pytorch-unsafe', /NEWOBJ/],
    ['NEWOBJ_EX', callOf(ORDERED_DICT, tuple(), dict({}), raw('\x92')), 'pytorch-unsafe', /NEWOBJ_EX/],
    ['EXT1', callOf(raw('\x82\x01')), 'pytorch-unsafe', /EXT1/],
    ['EXT2', callOf(raw('\x83\x01\x01')), 'pytorch-unsafe', /EXT2/],
    ['EXT4', callOf(raw('\x84\x01\x01\x01\x01')), 'pytorch-unsafe', /EXT4/],
    [
      'BUILD on a tensor',
      callOf(tensor(one), dict({ __class__: text('x') }), raw('b')),
      'pytorch-unsafe',
      /BUILD on tensor/,
    ],
    ['BUILD on a plain dict', callOf(dict({}), dict({}), raw('b')), 'pytorch-unsafe', /BUILD on dict/],
    ['a call of a string', callOf(reduce(command, command)), 'pytorch-unsafe', /a call of string/],
    [
      'a call of a storage type',
      callOf(reduce(global('torch', 'FloatStorage'), integer(10))),
      'pytorch-unsafe',
      /a call of storage-type/,
    ],
    [
      'a persistent id of a module',
      callOf(persistent(tuple(text('module'), text('m'), text('m.py'), text('import os')))),
      'pytorch-unsafe',
      /kind module/,
    ],
    ['a persistent id as text', callOf(raw('P0\n')), 'pytorch-unsafe', /PERSID/],
    ['a persistent id that is no tuple', callOf(persistent(text('storage'))), 'pytorch-unsafe', /kind nothing/],
    [
      'a gigantic shape',
      callOf(dict({ w: tensor({ ...one, shape: [2 ** 40, 2 ** 40], strides: [2 ** 40, 1] }) })),
      'weights-excessive',
      /in a storage of 1 numbers/,
    ],
    [
      'a gigantic shape without strides',
      callOf(dict({ w: tensor({ ...one, shape: [2 ** 40], strides: [0] }) })),
      'weights-excessive',
      /strides \[0\]/,
    ],
    [
      'a view that reaches beyond its storage',
      callOf(dict({ w: tensor({ ...one, offset: 1 }) })),
      'weights-excessive',
      /from 1 in a storage of 1/,
    ],
    ['negative strides', callOf(dict({ w: tensor({ ...one, strides: [-1] }) })), 'pytorch-broken', /without shape/],
    [
      'a storage longer than the file',
      callOf(dict({ w: tensor({ ...one, length: 2 ** 50 }) })),
      'pytorch-broken',
      /numbers/,
    ],
    [
      'a tensor of a thousand axes',
      callOf(dict({ w: tensor({ ...one, shape: Array(1000).fill(1), strides: Array(1000).fill(1) }) })),
      'pytorch-broken',
      /without shape/,
    ],
    [
      'a string where a tensor should be',
      callOf(dict({ v: tensor(one), w: command })),
      'pytorch-broken',
      /w is string/,
    ],
    ['no dict', callOf(tensor(one)), 'pytorch-broken', /tensor in the place of a dict/],
    ['an opcode that a state dict has not', callOf(raw('I1\n')), 'pytorch-broken', /0x49/],
    ['an empty stack', callOf(raw('R')), 'pytorch-broken', /stack is empty/],
    ['a memory that nothing was put into', callOf(raw('h\x05')), 'pytorch-broken', /nothing was memorised as 5/],
    ['the pickle of another kind of archive', callOf(global('__torch__.model', 'GPT2')), 'pytorch-unsafe', /__torch__/],
  ])('%s', async (_, state, code, detail) => {
    for (const bytes of [zipFile(state, { 0: floats(1) }), legacyFile(state, { 0: floats(1) })]) {
      const error = await failure(bytes);
      expect({ code: error.code, detail: error.detail }).toEqual({ code, detail: expect.stringMatching(detail) });
      expect(error.describe('ja')).toMatch(/pytorch_model\.bin: .+[。]/);
    }
    await expect(readFile(evil)).rejects.toThrow();
  });

  test('a tower of lists, each holding the one below twice, costs what it is long', async () => {
    const level = '](h\x00h\x00eq\x00';
    const tower = raw(`]q\x00${level.repeat(200_000)}`);
    expect(await failure(zipFile(pickle(tower), {}))).toMatchObject({ code: 'pytorch-broken' });
  });

  test('a list that holds itself', async () => {
    expect(await failure(zipFile(pickle(raw(']q\x00h\x00a'))))).toMatchObject({
      code: 'pytorch-broken',
      detail: 'list in the place of a dict of tensors',
    });
  });

  test('more storages than any model has', async () => {
    const storage = (key: number) =>
      persistent(tuple(text('storage'), global('torch', 'FloatStorage'), text(String(key)), text('cpu'), integer(0)));
    const state = pickle(list(...Array.from({ length: 20_001 }, (_, key) => storage(key))));
    expect(await failure(zipFile(state))).toMatchObject({
      code: 'weights-excessive',
      detail: 'more than 20000 storages',
    });
  });
});
