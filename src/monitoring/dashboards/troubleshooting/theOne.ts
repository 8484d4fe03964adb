import { chosenOf } from '../expressions.ts';

/** Matcher for the selected deployment. */
export const theOne = 'deployment_id=~"$deployment_id"';

/** The series with its attributes. */
export const theOneInfo = chosenOf('deployment_recent_info', theOne);
