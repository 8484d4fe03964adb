/// <reference lib="dom" />
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** After the last key. */
const pauseMs = 400;

interface Props {
  readonly value: string;
  /** `isMore`: the same words, typed further. */
  readonly onSearch: (text: string, isMore: boolean) => void;
}

/** Searches when typing pauses, or on Enter. What is typed stays, whatever changes around it. */
export function SearchField(props: Props): VNode {
  const { draft, setDraft, send, begin } = useDraft(props);
  return (
    <input
      type="search"
      data-search
      aria-label="Search version, commit, user or error"
      placeholder="version, commit, who, error …"
      title="Search ( / )"
      value={draft}
      onFocus={begin}
      onInput={({ currentTarget }) => setDraft(currentTarget.value)}
      onBlur={() => send(draft)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') send(draft);
        if (event.key !== 'Escape') return;
        // Browsers would empty the field.
        event.preventDefault();
        event.currentTarget.blur();
      }}
    />
  );
}

/** The typed words. `send` searches for them unless it already did; `begin` begins a new search. */
function useDraft({ value, onSearch }: Props): {
  draft: string;
  setDraft: (text: string) => void;
  send: (text: string) => void;
  begin: () => void;
} {
  const [draft, setDraft] = useState(value);
  const sent = useRef(value);
  const isMore = useRef(false);
  const latest = useRef(onSearch);
  latest.current = onSearch;
  const begin = (): void => {
    isMore.current = false;
  };
  const send = (text: string): void => {
    const words = text.trim();
    if (words === sent.current) return;
    sent.current = words;
    latest.current(words, isMore.current);
    isMore.current = true;
  };
  useEffect(() => {
    // The address was changed by other means, such as Back.
    if (value === sent.current) return;
    sent.current = value;
    begin();
    setDraft(value);
  }, [value]);
  useEffect(() => {
    const timer = setTimeout(() => send(draft), pauseMs);
    return () => clearTimeout(timer);
  }, [draft]);
  return { draft, setDraft, send, begin };
}
