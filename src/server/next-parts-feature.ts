import type { Connection, ServerCapabilities, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { z } from 'zod';
import { NEXT_PARTS_METHOD, type NextPart, type NextPartsParams, PART_UNITS } from '../protocol/next-parts';
import { nextPart } from '../text/phrases/next-part';
import { placeOf } from './completion-feature';
import type { Feature } from './feature';
import type { OfferedSuggestions } from './offered-suggestions';
import type { SettingsCache } from './settings-cache';

const schema = z.object({
  uri: z.string(),
  position: z.object({ line: z.int().min(0), character: z.int().min(0) }),
  unit: z.enum(PART_UNITS),
});

/** `tsuzuki/nextParts`: the next 文節 or sentence of each suggestion on offer. */
export class NextPartsFeature implements Feature {
  constructor(
    private readonly documents: TextDocuments<TextDocument>,
    private readonly settings: SettingsCache,
    private readonly offered: OfferedSuggestions,
  ) {}

  initialize(connection: Connection): ServerCapabilities {
    connection.onRequest(NEXT_PARTS_METHOD, (params) => {
      const request = schema.safeParse(params);
      return request.success ? this.#nextParts(request.data) : [];
    });
    return {};
  }

  async #nextParts({ uri, position, unit }: NextPartsParams): Promise<NextPart[]> {
    const settings = await this.settings.of(uri);
    const document = this.documents.get(uri);
    if (document === undefined) return [];
    const place = placeOf(document, document.offsetAt(position));
    return this.offered.along(uri, place, settings).map((suggestion) => {
      const part = nextPart(unit, place.before, suggestion);
      return { part, rest: suggestion.slice(part.length) };
    });
  }
}
