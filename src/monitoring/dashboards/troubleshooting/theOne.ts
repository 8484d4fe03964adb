import { chosenOf } from '../expressions.ts';

/** The deployment that the variable chooses. */
export const theOne = 'deployment_id=~"$deployment_id"';

/** Its line of attributes. */
export const theOneInfo = chosenOf('deployment_recent_info', theOne);
