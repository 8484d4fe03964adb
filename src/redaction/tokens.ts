/** Keys that can be recognized by their form. The part before a required end is bounded. */
export const knownForms: readonly (readonly [of: string, form: RegExp])[] = [
  ['GitHub', /\bgh[pousr]_[A-Za-z0-9]{16,}|\bgithub_pat_\w{16,}/g],
  ['GitLab', /\bgl(?:pat|rt|ptt|dt|soat|cbt|ft|imt|agent|oas|ffct)-[\w.-]{8,}/g],
  ['Slack', /\bxox[a-z](?:\.xox[a-z])?-[\w-]{8,}|\bxapp-[\w-]{8,}/g],
  [
    'Slack and other hooks',
    /\b(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks|[\w-]{1,64}\.webhook\.office\.com\/webhookb2)\/[\w/@.=-]{4,}/g,
  ],
  ['Telegram', /\bbot\d{6,12}:[\w-]{20,}/g],
  ['AWS', /\b(?:AKIA|ASIA)[A-Z0-9]{12,}/g],
  ['npm', /\bnpm_[A-Za-z0-9]{16,}/g],
  ['PyPI', /\bpypi-[\w-]{32,}/g],
  ['OpenAI, Anthropic', /\bsk-[\w-]{16,}/g],
  ['Stripe', /\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{8,}|\bwhsec_[A-Za-z0-9+/=]{8,}/g],
  ['Google', /\bAIza[\w-]{20,}|\bya29\.[\w.-]{16,}|\bGOCSPX-[\w-]{16,}/g],
  ['Vault', /\bhv[sbr]\.[\w-]{8,}/g],
  ['Docker Hub', /\bdckr_[a-z]{2,5}_[\w-]{8,}/g],
  ['DigitalOcean', /\bdo[opr]_v1_[0-9a-f]{16,}/g],
  ['SendGrid', /\bSG\.[\w-]{16,}\.[\w-]{16,}/g],
  ['Hugging Face', /\bhf_[A-Za-z0-9]{20,}/g],
  ['Databricks', /\bdapi[0-9a-f]{32,}/g],
  ['Shopify', /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{16,}/g],
  ['age', /\bAGE-SECRET-KEY-1[A-Z0-9]{16,}/g],
  ['Linear', /\blin_(?:api|oauth)_[A-Za-z0-9]{16,}/g],
  ['Atlassian', /\bAT[AC]TT3[\w=.-]{16,}/g],
  ['Figma', /\bfig[dour]_[\w-]{16,}/g],
  ['Grafana', /\bgl(?:sa|c)_[\w+/=-]{16,}/g],
  ['Sentry', /\bsntry[suira]_[\w+/=-]{16,}/g],
  ['Tailscale', /\btskey-[\w-]{8,}/g],
  ['Terraform', /\b[A-Za-z0-9]{8,32}\.atlasv1\.[\w-]{16,}/g],
  ['Doppler', /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{16,}/g],
  ['Groq', /\bgsk_[A-Za-z0-9]{16,}/g],
  ['Replicate', /\br8_[A-Za-z0-9]{16,}/g],
  ['New Relic', /\bNR(?:AK|AA|II|IQ|RA|SP|JS)-[A-Za-z0-9_-]{16,}/g],
  ['Postman', /\bPMA[KT]-[A-Za-z0-9-]{16,}/g],
  ['RubyGems', /\brubygems_[0-9a-f]{16,}/g],
  ['Square', /\bEAAA[\w-]{40,}|\bsq0[a-z]{3}-[\w-]{16,}/g],
  ['Docker Swarm', /\bSWMTKN-1-[\w-]{16,}/g],
  ['Supabase', /\bsbp_[0-9a-z_]{16,}|\bsb_secret_[\w-]{16,}/g],
  ['Notion', /\b(?:secret|ntn)_[A-Za-z0-9]{32,}/g],
  ['Airtable', /\bpat[A-Za-z0-9]{14}\.[0-9a-f]{32,}/g],
  ['PlanetScale', /\bpscale_(?:tkn|oauth|pw|api)_[\w.-]{16,}/g],
  // Not the key of a cache, with the longer hash of a commit or a file.
  ['Mailgun', /(?<![\w-])key-[0-9a-f]{32}(?![\w-])/g],
  ['Mailchimp', /\b[0-9a-f]{32}-us\d{1,2}\b/g],
  ['Twilio', /\bSK[0-9a-f]{32}(?!\w)/g],
  ['JSON Web Token', /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g],
];

/** Keys and tokens that can be recognized by their form alone. */
export function hideKnownForms(text: string): string {
  return knownForms.reduce((kept, [, form]) => kept.replace(form, '***'), text);
}
