// The page's texts: the server renders them in the reader's language into one JSON block; scripts hold none.

/** The data block that the page rendered under this id. */
export function pageData<T>(id: string): T {
  const block = document.getElementById(id);
  if (!block?.textContent) throw new Error(`The page carries no ${id}.`);
  return JSON.parse(block.textContent) as T;
}

export type Say = (key: string, ...values: (string | number)[]) => string;

/**
 * `{0}` places filled in order, and of `{0} [lot/lots]` the word that fits the number before it. A text that is missing
 * shows its key, so that it is found.
 */
export function sayer(texts: Record<string, string>): Say {
  return (key, ...values) => {
    let last = 0;
    return (texts[key] ?? key).replace(/\{(\d)\}|\[([^[\]/]*)\/([^[\]/]*)\]/g, (_, i: string | undefined, one: string, many: string) => {
      if (i === undefined) return String(values[last]) === '1' ? one : many;
      last = Number(i);
      return String(values[last] ?? '');
    });
  };
}

/** The element of this page that must exist. */
export function must<T extends Element>(selector: string, within: ParentNode = document): T {
  const found = within.querySelector<T>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}

/** Writes only what changed, so that a screen reader and a selection are left alone. */
export function put(node: Element | null, text: string): void {
  if (node && node.textContent !== text) node.textContent = text;
}

export function el(name: string, className = '', text = ''): HTMLElement {
  const node = document.createElement(name);
  if (className !== '') node.className = className;
  if (text !== '') node.textContent = text;
  return node;
}
