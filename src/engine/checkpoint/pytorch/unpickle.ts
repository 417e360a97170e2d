import { CheckpointError } from '../checkpoint-error';
import { kindOf, type PickledDict, type PickledStorage, type PickleValue } from './pickle-value';
import { call, resolveGlobal, resolveStorage } from './rebuild';

/** A pickled state dict is a few hundred bytes a tensor. */
export const MAX_PICKLE_BYTES = 16 << 20;

/** Longer numbers are in no state dict; PyTorch's magic number has ten bytes. */
const MAX_LONG_BYTES = 16;

/** The largest GPT-2 has some six hundred. */
const MAX_STORAGES = 20_000;

/** Opcodes that make objects of any class, or ask for what is not in the file. */
const UNSAFE: ReadonlyMap<number, string> = new Map([
  [0x69, 'INST'],
  [0x6f, 'OBJ'],
  [0x81, 'NEWOBJ'],
  [0x92, 'NEWOBJ_EX'],
  [0x82, 'EXT1'],
  [0x83, 'EXT2'],
  [0x84, 'EXT4'],
  [0x50, 'PERSID'],
  [0x97, 'NEXT_BUFFER'],
]);

export interface Unpickled {
  readonly value: PickleValue;
  /** Where the pickle ends. */
  readonly end: number;
  /** Every storage that the pickle mentions, by its key. */
  readonly storages: ReadonlyMap<string, PickledStorage>;
}

/**
 * Reads one pickle as data. It knows numbers, strings, tuples, lists, dicts, and what PyTorch's rebuilding functions
 * make of them; nothing is executed, and every other class or function is refused by name. Work and memory grow with
 * the pickle's own length: a value that is used again is shared, never copied.
 * Source: https://github.com/python/cpython/blob/main/Lib/pickletools.py
 *
 * @param start Where in `bytes` the pickle begins.
 * @param file Named in errors.
 * @throws {CheckpointError} pytorch-unsafe, pytorch-broken, weights-excessive, pytorch-unsupported, weights-truncated
 */
export function unpickle(bytes: Buffer, file: string, start = 0): Unpickled {
  return new Unpickler(bytes, file, start).run();
}

class Unpickler {
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  readonly #storages = new Map<string, PickledStorage>();
  #at: number;

  constructor(
    private readonly bytes: Buffer,
    private readonly file: string,
    start: number,
  ) {
    this.#at = start;
  }

  run(): Unpickled {
    for (;;) {
      const opcode = this.#number(1);
      // STOP
      if (opcode === 0x2e) return { value: this.#pop(), end: this.#at, storages: this.#storages };
      this.#step(opcode);
    }
  }

  #step(opcode: number): void {
    const value = this.#valueOf(opcode);
    if (value === undefined) this.#act(opcode);
    else this.#stack.push(value);
  }

  /** What an opcode puts on the stack; `undefined` for those that put nothing there. */
  #valueOf(opcode: number): PickleValue | undefined {
    switch (opcode) {
      case 0x4e: // NONE
        return null;
      case 0x88: // NEWTRUE
        return true;
      case 0x89: // NEWFALSE
        return false;
      case 0x4b: // BININT1
        return this.#number(1);
      case 0x4d: // BININT2
        return this.#number(2);
      case 0x4a: // BININT
        return this.#take(4).readInt32LE();
      case 0x8a: // LONG1
        return this.#long(this.#number(1));
      case 0x47: // BINFLOAT
        return this.#take(8).readDoubleBE();
      case 0x58: // BINUNICODE
      case 0x54: // BINSTRING, from Python 2
        return this.#text(this.#number(4));
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING, from Python 2
        return this.#text(this.#number(1));
      case 0x29: // EMPTY_TUPLE
        return { kind: 'tuple', items: [] };
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return { kind: 'tuple', items: this.#popMany(opcode - 0x84) };
      case 0x74: // TUPLE
        return { kind: 'tuple', items: this.#sinceMark() };
      case 0x5d: // EMPTY_LIST
        return { kind: 'list', items: [] };
      case 0x7d: // EMPTY_DICT
        return { kind: 'dict', ordered: false, entries: new Map() };
      case 0x68: // BINGET
        return this.#memorised(this.#number(1));
      case 0x6a: // LONG_BINGET
        return this.#memorised(this.#number(4));
      case 0x63: // GLOBAL
        return resolveGlobal(this.#line(), this.#line(), this.file);
      case 0x93: // STACK_GLOBAL
        return this.#stackGlobal();
      case 0x51: // BINPERSID
        return this.#storage(resolveStorage(this.#pop(), this.file));
      case 0x52: // REDUCE
        return this.#reduce();
      default:
        return undefined;
    }
  }

  #act(opcode: number): void {
    switch (opcode) {
      case 0x80: // PROTO
        this.#take(1);
        break;
      case 0x95: // FRAME: how much follows, which needs no believing
        this.#take(8);
        break;
      case 0x28: // MARK
        this.#marks.push(this.#stack.length);
        break;
      case 0x30: // POP
        this.#pop();
        break;
      case 0x61: // APPEND
        this.#append(this.#popMany(1));
        break;
      case 0x65: // APPENDS
        this.#append(this.#sinceMark());
        break;
      case 0x73: // SETITEM
        this.#setItems(this.#popMany(2));
        break;
      case 0x75: // SETITEMS
        this.#setItems(this.#sinceMark());
        break;
      case 0x71: // BINPUT
        this.#memo.set(this.#number(1), this.#top());
        break;
      case 0x72: // LONG_BINPUT
        this.#memo.set(this.#number(4), this.#top());
        break;
      case 0x94: // MEMOIZE
        this.#memo.set(this.#memo.size, this.#top());
        break;
      case 0x62: // BUILD
        this.#build();
        break;
      default:
        this.#refuse(opcode);
    }
  }

  #refuse(opcode: number): never {
    const name = UNSAFE.get(opcode);
    if (name !== undefined) throw new CheckpointError('pytorch-unsafe', [this.file], `pickle opcode ${name}`);
    throw this.#broken(`pickle opcode 0x${opcode.toString(16)} at byte ${this.#at - 1}`);
  }

  #broken(detail: string): CheckpointError {
    return new CheckpointError('pytorch-broken', [this.file], detail);
  }

  #pop(): PickleValue {
    this.#checkedHeight(1);
    return this.#stack.pop() ?? null;
  }

  /** The height of the stack without its last `count` values, which must stand above the last mark. */
  #checkedHeight(count: number): number {
    const height = this.#stack.length - count;
    if (height < (this.#marks.at(-1) ?? 0)) throw this.#broken(`the pickle's stack is empty at byte ${this.#at}`);
    return height;
  }

  #popMany(count: number): PickleValue[] {
    return this.#stack.splice(this.#checkedHeight(count));
  }

  #top(): PickleValue {
    return this.#stack[this.#checkedHeight(1)] ?? null;
  }

  #sinceMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.#broken(`no mark at byte ${this.#at}`);
    return this.#stack.splice(mark);
  }

  #append(items: readonly PickleValue[]): void {
    const list = this.#top();
    if (list === null || typeof list !== 'object' || list.kind !== 'list') {
      throw this.#broken(`APPEND to ${kindOf(list)}`);
    }
    for (const item of items) list.items.push(item);
  }

  #setItems(items: readonly PickleValue[]): void {
    const { entries } = this.#dict(this.#top());
    if (items.length % 2 !== 0) throw this.#broken('a key without a value');
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (typeof key !== 'string') throw this.#broken(`${kindOf(key)} as a key`);
      entries.set(key, items[i + 1] ?? null);
    }
  }

  #dict(value: PickleValue): PickledDict {
    if (value !== null && typeof value === 'object' && value.kind === 'dict') return value;
    throw this.#broken(`${kindOf(value)} in the place of a dict`);
  }

  #memorised(index: number): PickleValue {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#broken(`nothing was memorised as ${index}`);
    return value;
  }

  #stackGlobal(): PickleValue {
    const name = this.#pop();
    const module = this.#pop();
    if (typeof name !== 'string' || typeof module !== 'string') throw this.#broken('a global without a name');
    return resolveGlobal(module, name, this.file);
  }

  #storage(storage: PickledStorage): PickledStorage {
    const known = this.#storages.get(storage.key) ?? storage;
    if (known.length !== storage.length || known.dtype !== storage.dtype) {
      throw this.#broken('one storage is described in two ways');
    }
    this.#storages.set(storage.key, known);
    if (this.#storages.size > MAX_STORAGES) {
      throw new CheckpointError('weights-excessive', [this.file], `more than ${MAX_STORAGES} storages`);
    }
    return known;
  }

  #reduce(): PickleValue {
    const args = this.#pop();
    const callee = this.#pop();
    if (args === null || typeof args !== 'object' || args.kind !== 'tuple') {
      throw this.#broken(`a call with ${kindOf(args)}`);
    }
    return call(callee, args.items, this.file);
  }

  /** The attributes of a state dict, `_metadata`, say nothing about weights; nothing else may be given any. */
  #build(): void {
    this.#pop();
    const target = this.#top();
    if (target === null || typeof target !== 'object' || target.kind !== 'dict' || !target.ordered) {
      throw new CheckpointError('pytorch-unsafe', [this.file], `pickle opcode BUILD on ${kindOf(target)}`);
    }
  }

  #long(length: number): number | bigint {
    if (length > MAX_LONG_BYTES) throw this.#broken(`a number of ${length} bytes`);
    const bytes = this.#take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
    value = BigInt.asIntN(8 * length, value);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  #text(length: number): string {
    return this.#take(length).toString('utf8');
  }

  #line(): string {
    const end = this.bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw this.#endOfFile();
    const line = this.#text(end - this.#at);
    this.#take(1);
    return line;
  }

  /** A number of at most four bytes, little-endian. */
  #number(length: number): number {
    return this.#take(length).readUIntLE(0, length);
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.bytes.length) throw this.#endOfFile();
    const taken = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  #endOfFile(): CheckpointError {
    return this.bytes.length < MAX_PICKLE_BYTES
      ? new CheckpointError('weights-truncated', [this.file], `the pickle goes on after byte ${this.bytes.length}`)
      : new CheckpointError('weights-excessive', [this.file], `a pickle of more than ${MAX_PICKLE_BYTES} bytes`);
  }
}
