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
  readonly onSearch: (text: string) => void;
}): VNode {
  const [draft, setDraft] = useState(value);
  const field = useRef<HTMLInputElement>(null);
  const latest = useRef(onSearch);
  latest.current = onSearch;
  useEffect(() => {
    // The address was changed by other means, such as Back.
    if (document.activeElement !== field.current) setDraft(value);
  }, [value]);
  useEffect(() => {
    if (draft === value || document.activeElement !== field.current) return undefined;
    const timer = setTimeout(() => latest.current(draft.trim()), pauseMs);
    return () => clearTimeout(timer);
  }, [draft, value]);
  return (
    <input
      type="search"
      ref={field}
      data-search
      aria-label="Search version, commit, user or error"
      placeholder="version, commit, who, error …"
      title="Search ( / )"
      value={draft}
      onInput={({ currentTarget }) => setDraft(currentTarget.value)}
      onBlur={() => {
        if (draft.trim() !== value) onSearch(draft.trim());
      }}
      onKeyDown={({ key, currentTarget }) => {
        if (key === 'Enter') onSearch(draft.trim());
        if (key === 'Escape') currentTarget.blur();
      }}
    />
  );
}
