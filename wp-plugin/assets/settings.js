/**
 * The script of the page, which is whole without it: each module adds one thing. Class Script_Modules has them
 * fetched together.
 */
import { offerChecks } from './checks.js';
import { startClock } from './clock.js';
import { offerCopy } from './copy.js';
import { offerDoctor } from './doctor.js';
import { offerExplanation } from './explain.js';
import { followForm } from './guide.js';
import { offerMethods } from './methods.js';
import { showPreview } from './preview.js';

const form = document.getElementById( 'connector-for-mautic-form' );

if ( form ) {
	offerMethods( form );
	offerChecks( form, ( answer ) => {
		followForm( form, answer );
		showPreview( answer );
	} );
	offerCopy();
	offerExplanation();
}
offerDoctor();
startClock();
