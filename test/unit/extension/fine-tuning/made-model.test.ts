import { describe, expect, it, test } from 'vitest';
import {
  type BaseModel,
  modelList,
  nameOf,
  nameOfContinuation,
} from '../../../../src/extension/fine-tuning/made-model';
import type { FoundBase } from '../../../../src/protocol/made-models';
import { finishedRun } from './finished-run';

const builtIn = { name: 'tsuzuki-base-ja', folder: '/extension/models/tsuzuki-base-ja' };
const chosen = { name: 'medium', folder: '/models/medium' };
const run = (id: string, model: string) => finishedRun('/runs', id, { name: id, model });
const outline = (list: readonly BaseModel[]) =>
  list.map(({ model, inUse, made }) => [
    model.name,
    inUse,
    made.map((one) => `${one.run.record.name} ${one.base.kind}${one.inUse ? ', in use' : ''}`),
  ]);

describe('the list of models', () => {
  it('has the extension’s own model alone at first', () => {
    const list = modelList([], { builtIn, chosen: builtIn, adapter: undefined, bases: new Map() });
    expect(outline(list)).toEqual([['tsuzuki-base-ja', true, []]]);
  });

  it('has what was made under its base, the chosen base first', () => {
    const runs = [run('c', chosen.folder), run('b', builtIn.folder), run('a', '/gone/small')];
    const list = modelList(runs, { builtIn, chosen, adapter: '/runs/c/adapter', bases: new Map() });
    expect(outline(list)).toEqual([
      ['medium', false, ['c unknown, in use']],
      ['tsuzuki-base-ja', false, ['b unknown']],
      ['small', false, ['a unknown']],
    ]);
  });

  it('has it where its base was found, as after an update of the extension', () => {
    const bases = new Map<string, FoundBase>([
      ['a', { kind: 'found', model: builtIn.folder }],
      ['b', { kind: 'missing' }],
    ]);
    const runs = [run('b', '/gone/small'), run('a', '/extension-0.1/models/tsuzuki-base-ja')];
    const list = modelList(runs, { builtIn, chosen: builtIn, adapter: undefined, bases });
    expect(outline(list)).toEqual([
      ['tsuzuki-base-ja', true, ['a found']],
      ['small', false, ['b missing']],
    ]);
    expect(list.map(({ lost }) => lost)).toEqual([false, true]);
  });
});

test.each([
  ['短編集', [], '短編集 2'],
  ['短編集', ['短編集 2'], '短編集 3'],
  ['短編集 2', ['短編集', '短編集 2'], '短編集 3'],
  ['第 9 章', [], '第 9 章 2'],
])('what continues “%s” beside %j is called “%s”', (name, others, expected) => {
  expect(nameOfContinuation(name, others)).toBe(expected);
});

test.each([
  ['/models/rinna-medium/', 'rinna-medium'],
  ['C:\\models\\rinna-medium', 'rinna-medium'],
])('the model in %s is called %s', (folder, name) => expect(nameOf(folder)).toBe(name));
