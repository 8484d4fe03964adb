// Made by scripts/commandTables.mjs from the records in src/commands/. Do not edit.
import type { Grammar } from '../define/readInput.ts';

const v0 = {"type":"phase"} as const;
const v1 = {"type":"url"} as const;
const v2 = {"type":"duration","max":2073600000,"default":"100ms"} as const;
const v3 = {"onDisabled":"skip","onLostOutput":"warn","fast":true,"wraps":false,"migrates":false,"ledger":"uses","staysOpen":false,"sends":"never","onWrongSetting":"warn"} as const;
const v4 = {"type":"integer","min":-2147483648,"max":4294967295} as const;
const v5 = {"type":"choice","choices":["success","failed"]} as const;
const v6 = {"type":"content"} as const;
const v7 = {"type":"flag","startsAtOnce":true} as const;
const v8 = {"type":"integer","min":0,"max":1000000000,"startsAtOnce":true} as const;
const v9 = {"type":"file","startsAtOnce":true} as const;
const v10 = {"type":"number","min":0,"max":315360000,"startsAtOnce":true} as const;
const v11 = {"type":"duration","max":2073600000,"default":"5s"} as const;
const v12 = {"onDisabled":"skip","onLostOutput":"warn","fast":true,"wraps":false,"migrates":false,"ledger":"uses","staysOpen":false,"sends":"mark","onWrongSetting":"warn"} as const;
const v13 = {"type":"duration","max":2073600000,"startsAtOnce":true} as const;
const v14 = {"type":"flag"} as const;
const v15 = {"type":"flag","choices":["hide"]} as const;
const v16 = {"type":"words"} as const;
const v17 = {"type":"text","startsAtOnce":true} as const;
const v18 = {"type":"text"} as const;
const v19 = {"onDisabled":"skip","onLostOutput":"warn","fast":true,"wraps":true,"migrates":false,"ledger":"uses","staysOpen":false,"sends":"mark","onWrongSetting":"warn"} as const;
const v20 = {"type":"words","hint":"deploytrack smoke login -- <command…>"} as const;

/** The commands of the fast parser; each is made when it is asked for. */
export const fastCommands: Readonly<Record<string, () => Grammar>> = {
  'phase start': () => ({name:'phase start',args:{phase:v0},options:{probe:v1,probeInterval:v2},settings:[],policy:v3}),
  'phase end': () => ({name:'phase end',args:{phase:v0},options:{exitCode:v4,status:v5,error:v6,allowFailure:v7,try:v7,count:v8,countFile:v9,databaseFile:v9,artifact:v9,downloadSeconds:v10,probeTimeout:v11},settings:[],policy:v12}),
  'phase run': () => ({name:'phase run',args:{phase:v0},options:{timeout:v13,allowFailure:v7,try:v7,keepStderr:v14,marks:v15,host:v16,maxSlowdown:v17,count:v8,countFile:v9,countPattern:v18,databaseFile:v9,artifact:v9,downloadSeconds:v10,probe:v1,probeInterval:v2,probeTimeout:v11},settings:[],policy:v19}),
  'extract': () => ({name:'extract',phase:'extract',args:{},options:{timeout:v13,allowFailure:v7,try:v7,keepStderr:v14,marks:v15,host:v16,maxSlowdown:v17,artifact:v9,downloadSeconds:v10},settings:[],policy:v19}),
  'venv-rebuild': () => ({name:'venv-rebuild',phase:'venv_rebuild',args:{},options:{timeout:v13,allowFailure:v7,try:v7,keepStderr:v14,marks:v15,host:v16,maxSlowdown:v17},settings:[],policy:v19}),
  'migrate': () => ({name:'migrate',phase:'migration',args:{},options:{timeout:v13,allowFailure:v7,try:v7,keepStderr:v14,marks:v15,host:v16,maxSlowdown:v17,count:v8,countFile:v9,countPattern:v18,databaseFile:v9,irreversible:v7},settings:[],policy:v19}),
  'cutover': () => ({name:'cutover',phase:'cutover',args:{},options:{timeout:v13,allowFailure:v7,try:v7,keepStderr:v14,marks:v15,host:v16,maxSlowdown:v17,probe:v1,probeInterval:v2,probeTimeout:v11},settings:[],policy:v19}),
  'smoke': () => ({name:'smoke',args:{test:v20},options:{timeout:v13,allowFailure:v7,try:v7,keepStderr:v14,marks:v15,host:v16,passed:v14,failed:v14,error:v6},settings:[],policy:v19}),
};

/** The options that every command accepts. */
export const commonValues = 'ledger deployment environment service gateway gateway-proxy gateway-timeout adopt-timeout ledger-timeout abandon-after journal-fallback textfile instance warnings id id-file';
export const commonFlags = 'gateway-failover strict';

/** The commands that record or wrap: name, options with a value, with one that may be missing, flags, arguments, how it wraps. */
export const shapes: readonly (readonly [string, string, string, string, number, boolean | 'after-dashes'])[] = [
  ["start","version method triggered-by previous-version commit url triggered-at notes python rollback-of wait force-bad hotfix track-file track-packages","","join exclusive take-over gate",0,false],
  ["phase start","probe probe-interval","","",1,false],
  ["phase end","exit-code status error count count-file database-file artifact download-seconds probe-timeout","","allow-failure try",1,false],
  ["phase record","duration started status error","","allow-failure",1,false],
  ["phase run","timeout host max-slowdown count count-file count-pattern database-file artifact download-seconds probe probe-interval probe-timeout","","allow-failure try keep-stderr marks marks=hide",1,true],
  ["extract","timeout host max-slowdown artifact download-seconds","","allow-failure try keep-stderr marks marks=hide",0,true],
  ["venv-rebuild","timeout host max-slowdown","","allow-failure try keep-stderr marks marks=hide",0,true],
  ["migrate","timeout host max-slowdown count count-file count-pattern database-file","","allow-failure try keep-stderr marks marks=hide irreversible",0,true],
  ["cutover","timeout host max-slowdown probe probe-interval probe-timeout","","allow-failure try keep-stderr marks marks=hide",0,true],
  ["health","expect-version version-field expect-status interval attempt-timeout consecutive header ca timeout check-type since watch min-success","","any-version insecure allow-failure",1,"after-dashes"],
  ["smoke","timeout host error","","allow-failure try keep-stderr marks marks=hide passed failed",1,true],
  ["error-rate","of","","",1,false],
  ["cost","of","","",2,false],
  ["finish","exit-code status error notes wait track-file track-packages","on-exit","abandoned discard json",0,false],
  ["rollback","reason to of health timeout expect-version version-field expect-status interval attempt-timeout consecutive header ca","","failed any-version insecure allow-failure",0,true],
  ["rollback start","reason to of","","",0,false],
  ["rollback end","exit-code error of health timeout expect-version version-field expect-status interval attempt-timeout consecutive header ca","","failed any-version insecure allow-failure",0,false],
  ["run","version method triggered-by host health health-timeout rollback previous-version commit url triggered-at notes python rollback-of wait force-bad hotfix track-file track-packages smoke watch min-success rollback-timeout expect-version version-field expect-status interval attempt-timeout consecutive header ca","","marks marks=hide join exclusive take-over gate confirm dry-run any-version insecure",0,true],
  ["verify","smoke watch min-success timeout rollback rollback-timeout of expect-version version-field expect-status interval attempt-timeout consecutive header ca","","confirm dry-run any-version insecure",1,false],
];

/** Commands that only read or print: they run also if deploytrack is disabled. */
export const telling: readonly string[] = ["gate","gate freeze","gate thaw","history","show","compare","report","stats","fleet","fleet wait","doctor","rules","dashboards","export","completion","shell"];

/** Commands that neither record nor wrap nor only read. */
export const acting: readonly string[] = ["init","push","serve","import","prune","backup","sync"];
