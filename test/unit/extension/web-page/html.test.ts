import { expect, test } from 'vitest';
import { html } from '../../../../src/extension/web-page/html';

test('escapes text and leaves markup', () => {
  const name = `<img src="x" onerror='alert(1)'> & 海`;
  expect(html`<b title="${name}">${name}</b>`.markup).toBe(
    '<b title="&lt;img src=&quot;x&quot; onerror=&#39;alert(1)&#39;&gt; &amp; 海">&lt;img src=&quot;x&quot; onerror=&#39;alert(1)&#39;&gt; &amp; 海</b>',
  );
  expect(html`<p>${html`<i>${1}</i>`}${['a', html`<br>`]}</p>`.markup).toBe('<p><i>1</i>a<br></p>');
});

test('leaves out what is not there', () => expect(html`<i>${undefined}${false}</i>`.markup).toBe('<i></i>'));
