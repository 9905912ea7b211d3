// Asks npm's registry what is known against the packages of a package-lock.json. A registry that does not answer such questions, or is
// not to be reached, says nothing against them, and the answer says so: none of these packages is shipped, there
// are a handful, each at one version with its hash, and none runs anything when it is installed.
//
//   node npm-audit.mjs FOLDER…   each with a package-lock.json; fails if anything is known, or if npm itself fails
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/**
 * @param {string} folder The one with the lock file.
 * @return {{passed: boolean, text: string}} What was found, in one line or more.
 */
export function audit( folder ) {
	const { stdout, error } = spawnSync( 'npm', [ 'audit', '--json', '--fetch-retries=0', '--fetch-timeout=20000' ], {
		cwd: folder, encoding: 'utf8', timeout: 120_000, stdio: [ 'ignore', 'pipe', 'ignore' ],
	} );
	let report;
	try {
		report = JSON.parse( stdout );
	} catch {
		return { passed: false, text: `npm audit gives no answer: ${ error?.message ?? stdout }` };
	}
	if ( report.auditReportVersion ) {
		const found = Object.values( report.vulnerabilities ).map( told );
		return { passed: found.length === 0, text: found.join( '\n' ) || `nothing known against ${ report.metadata.dependencies.total } packages` };
	}
	// The question itself was refused, or did not get there. Any other failure is npm's, or one of the lock file.
	return /\/security\/(advisories|audits)\//.test( report.uri ?? report.message )
		? { passed: true, text: `NOT ASKED, so nothing is known of them: ${ report.message }` }
		: { passed: false, text: `npm audit fails: ${ report.message ?? report.error?.summary }` };
}

const told = ( { name, severity, range, via } ) =>
	`${ name } ${ range }: ${ severity }; ${ via.map( ( cause ) => cause.url ?? `through ${ cause }` ).join( ', ' ) }`;

if ( import.meta.url === pathToFileURL( process.argv[ 1 ] ).href ) {
	for ( const folder of process.argv.slice( 2 ) ) {
		const { passed, text } = audit( folder );
		console.log( `${ folder }: ${ text }` );
		if ( ! passed ) {
			process.exitCode = 1;
		}
	}
}
