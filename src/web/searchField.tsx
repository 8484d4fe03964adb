/// <reference lib="dom" />
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** After the last key. */
const pauseMs = 400;

/** Searches when typing pauses, or on Enter. What is typed stays, whatever changes around it. */
export function SearchField({
  value,
  onSearch,
}: {
  readonly value: string;
  /** `isMore`: the same words, typed further. */
  readonly onSearch: (text: string, isMore: boolean) => void;
}): VNode {
  const [draft, setDraft] = useState(value);
  const sent = useRef(value);
  const isMore = useRef(false);
  const latest = useRef(onSearch);
  latest.current = onSearch;
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
    isMore.current = false;
    setDraft(value);
  }, [value]);
  useEffect(() => {
    const timer = setTimeout(() => send(draft), pauseMs);
    return () => clearTimeout(timer);
  }, [draft]);
  return (
    <input
      type="search"
      data-search
      aria-label="Search version, commit, user or error"
      placeholder="version, commit, who, error …"
      title="Search ( / )"
      value={draft}
      onFocus={() => {
        isMore.current = false;
      }}
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
