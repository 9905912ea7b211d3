/**
 * The script of the page, which is whole without it: each module adds one thing. They are registered in
 * class-script-modules.php.
 */
import { offerChecks } from '@connector-for-mautic/checks';
import { startClock } from '@connector-for-mautic/clock';
import { offerCopy } from '@connector-for-mautic/copy';
import { offerDoctor } from '@connector-for-mautic/doctor';
import { offerExplanation } from '@connector-for-mautic/explain';
import { followForm } from '@connector-for-mautic/guide';
import { offerMethods } from '@connector-for-mautic/methods';
import { showPreview } from '@connector-for-mautic/preview';

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
