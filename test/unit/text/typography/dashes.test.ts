import { describe } from 'vitest';
import { restoreDashes } from '../../../../src/text/typography/dashes';
import { golden } from './golden';

describe('dots and dashes', () =>
  golden(restoreDashes, [
    ['彼は║', 'だが…', 'だが…'],
    ['だが……。彼は║', 'いや…そうか…', 'いや……そうか……'],
    ['だが…。彼は║', 'いや……', 'いや…'],
    ['だが・・・。彼は║', 'いや……', 'いや・・・'],
    ['彼は――║', 'いや…', 'いや…'],
    ['――そうか。彼は║', 'いや—まさか', 'いや――まさか'],
    ['——そうか。彼は║', 'いや――まさか', 'いや——まさか'],
    // No habit: two ways, or none.
    ['だが……。いや…。彼は║', 'そうか…', 'そうか…'],
    // A run that the cursor cuts is filled up, and no more.
    ['だが……。いや…║', '…まさか', '…まさか'],
    ['だが……。いや…║', '……まさか', '…まさか'],
    ['だが……。いや……║', '…まさか', 'まさか'],
    // 長音 is no dash.
    ['――そうか。║', 'スーパー', 'スーパー'],
    ['だが……║', '', ''],
  ]));
