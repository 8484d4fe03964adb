const ciWords =
  /^(ci|ci[/-]cd|pipeline|github|github-actions|azure-devops|azure-pipelines|gitlab|gitlab-ci|jenkins|circleci|bitbucket|bitbucket-pipelines|buildkite|teamcity|travis|travis-ci|drone|woodpecker|appveyor|codebuild|google-cloud-build|codefresh|semaphore|gitea-actions|forgejo-actions|bamboo)$/;

/** The closed vocabulary of the label `method`: the ledger stores the text as it was given. */
export function methodLabel(method: string): 'azure-arc' | 'manual' | 'ci' | 'other' {
  const word = method
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
  if (word === 'azure-arc' || word === 'manual') return word;
  return ciWords.test(word) ? 'ci' : 'other';
}
