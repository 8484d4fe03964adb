/// <reference lib="dom" />

/** Where answers come from: the server, or the data in the page itself. */
export interface Source {
  readonly isLive: boolean;
  /** What a report opens with: an address behind `#`, or nothing. */
  readonly start: string;
  get<Answer>(path: string): Promise<Answer>;
}

export function pageSource(): Source {
  const embedded = document.getElementById('data');
  return embedded === null
    ? server
    : inPage(JSON.parse(embedded.textContent ?? '{}') as Record<string, unknown>);
}

const server: Source = {
  isLive: true,
  start: '',
  async get<Answer>(path: string): Promise<Answer> {
    const response = await fetch(path);
    if (!response.ok) throw new Error((await response.text()).trim() || `status ${response.status}`);
    return (await response.json()) as Answer;
  },
};

function inPage(answers: Readonly<Record<string, unknown>>): Source {
  return {
    isLive: false,
    start: typeof answers.start === 'string' ? answers.start : '',
    async get<Answer>(path: string): Promise<Answer> {
      const found = answers[path];
      if (found === undefined)
        throw new Error('this report does not hold that; ask the server it was made by');
      return found as Answer;
    },
  };
}
