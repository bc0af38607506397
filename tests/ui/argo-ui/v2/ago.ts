import * as moment from 'moment';

// ago says how long a day is past, such as "2 hours ago".
export const ago = (date: Date) => moment(date).fromNow();
