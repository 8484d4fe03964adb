import type { ComponentChild, VNode } from 'preact';
import { deploymentAddress } from './address.ts';
import { lookOf, wordOf } from './status.ts';

/** The sign of a status, with its word for screen readers. */
export function Sign({ status }: { readonly status: string }): VNode {
  const { tone, sign } = lookOf(status);
  return (
    <span class={`sign ${tone}`} role="img" aria-label={wordOf(status)} title={wordOf(status)}>
      {sign}
    </span>
  );
}

/** A link to a deployment; without an ID it has no view of its own. */
export function DeploymentLink({ id, text }: { readonly id: string | null; readonly text: string }): VNode {
  return id === null ? <span>{text}</span> : <a href={deploymentAddress(id)}>{text}</a>;
}

export function Chip({ text }: { readonly text: string | null }): VNode | null {
  return text === null ? null : <span class={`chip${text === 'production' ? ' main' : ''}`}>{text}</span>;
}

/** Facts in one line with dots between them; those that are null are left out. */
export function Facts({ of }: { readonly of: readonly ComponentChild[] }): VNode {
  const known = of.filter((fact) => fact !== null && fact !== undefined && fact !== false && fact !== '');
  return (
    <p class="facts">
      {known.map((fact) => (
        <span>{fact}</span>
      ))}
    </p>
  );
}

/** A link that leads nowhere at the end of the list: it stays in its place and keeps the focus, so that nothing moves. */
export function Step({
  text,
  name,
  href,
  kind,
}: {
  readonly text: string;
  readonly name: string;
  readonly href: string | null;
  readonly kind: string;
}): VNode {
  const named = { 'aria-label': name, title: name };
  const off = { class: `${kind} off`, role: 'link', 'aria-disabled': true, tabIndex: -1 } as const;
  return <a {...(href === null ? { ...named, ...off } : { ...named, class: kind, href })}>{text}</a>;
}
