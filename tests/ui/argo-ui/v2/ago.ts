import * as moment from 'moment';

// ago returns a relative time, such as "2 hours ago".
export const ago = (date: Date) => moment(date).fromNow();
