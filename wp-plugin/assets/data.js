/**
 * What PHP tells the modules of the page, by the name of the module: addresses, facts and sentences, no
 * secret. A part that is not on the page has none.
 */
export const data = JSON.parse( document.getElementById( 'connector-for-mautic-data' )?.textContent ?? '{}' );
