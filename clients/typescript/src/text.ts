/** A text without the half of a character at its end, whose other half hasn't come yet or was cut off. */
export const whole = (text: string): string => (/[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text);
