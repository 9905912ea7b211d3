<?php
/**
 * What the doctor says.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * The steps of "Test connection" in words: what each looks at, how it ended, what was asked and answered, and
 * the sentences of the codes that only it finds. Plain text throughout; see Messages.
 */
final class Doctor_Messages {

	/**
	 * What a step looks at.
	 *
	 * @param array<string, mixed> $step From Result::$steps.
	 */
	public static function title( array $step ): string {
		switch ( $step['name'] ) {
			case 'dns':
				return __( 'The server’s name is known (DNS)', 'connector-for-mautic' );
			case 'tls':
				return __( 'The connection is secure (TLS)', 'connector-for-mautic' );
			case 'reachable':
				return __( 'The server answers', 'connector-for-mautic' );
			case 'redirect':
				return __( 'It does not lead elsewhere', 'connector-for-mautic' );
			case 'mautic':
				return __( 'It is a Mautic', 'connector-for-mautic' );
			case 'path':
				return __( 'The base URL has the right path', 'connector-for-mautic' );
			case 'api':
				return __( 'The API is switched on', 'connector-for-mautic' );
			case 'credentials':
				return __( 'Client ID and client secret are right', 'connector-for-mautic' );
			case 'header':
				return __( 'The Authorization header arrives', 'connector-for-mautic' );
			case 'token':
				return __( 'There is a token', 'connector-for-mautic' );
			case 'identity':
				return __( 'Mautic knows this site', 'connector-for-mautic' );
			case 'permission':
				return '' === ( $step['detail'] ?? '' )
					? __( 'The account has its permissions', 'connector-for-mautic' )
					/* translators: %s: path of Mautic's API, such as "contacts" */
					: sprintf( __( 'The account may read “%s”', 'connector-for-mautic' ), $step['detail'] );
			case 'clock':
				return __( 'The clocks agree', 'connector-for-mautic' );
			case 'end':
				return __( 'The test came to its end', 'connector-for-mautic' );
			case 'cron':
				return __( 'Scheduled tasks run (WP-Cron)', 'connector-for-mautic' );
			case 'loopback':
				return __( 'This site reaches itself (loopback)', 'connector-for-mautic' );
			case 'key':
				return __( 'There is a key to encrypt with', 'connector-for-mautic' );
			default:
				return (string) $step['name'];
		}
	}

	/**
	 * How a step ended.
	 *
	 * @param string $state      Its state.
	 * @param bool   $has_failed Whether a step before it has failed.
	 */
	public static function state( string $state, bool $has_failed ): string {
		switch ( $state ) {
			case 'passed':
				return __( 'Passed', 'connector-for-mautic' );
			case 'failed':
				return __( 'Failed', 'connector-for-mautic' );
			case 'warned':
				return __( 'Good to know', 'connector-for-mautic' );
			default:
				return $has_failed ? __( 'Not checked', 'connector-for-mautic' ) : __( 'Not needed', 'connector-for-mautic' );
		}
	}

	/**
	 * What was seen: each request with what came of it, and what else was measured.
	 *
	 * @param array<string, mixed> $step From Result::$steps.
	 * @return string[] Lines.
	 */
	public static function evidence( array $step ): array {
		$lines = array();
		foreach ( $step['requests'] as $request ) {
			$asked   = $request['method'] . ' ' . $request['url'];
			$lines[] = null === $request['status']
				/* translators: %s: a request, such as "GET https://mautic.example.com/api/users/self" */
				? sprintf( __( '%s: no answer', 'connector-for-mautic' ), $asked )
				/* translators: 1: a request, such as "GET https://mautic.example.com/api/users/self", 2: HTTP status, such as 404 */
				: sprintf( __( '%1$s: HTTP status %2$d', 'connector-for-mautic' ), $asked, $request['status'] );
		}
		$value = $step['value'] ?? null;
		if ( 'clock' === $step['name'] && null !== $value ) {
			$distance = human_time_diff( time(), time() + abs( $value ) );
			// The request in which the clock was seen is that of another step.
			$lines = array(
				$value > 0
					/* translators: %s: such as "5 minutes" */
					? sprintf( __( 'Mautic’s clock is %s ahead of this site’s.', 'connector-for-mautic' ), $distance )
					/* translators: %s: such as "5 minutes" */
					: sprintf( __( 'Mautic’s clock is %s behind this site’s.', 'connector-for-mautic' ), $distance ),
			);
		}
		if ( 'cron' === $step['name'] && null !== $value ) {
			/* translators: 1: name of a scheduled event, 2: such as "5 hours" */
			$lines[] = sprintf( __( 'The event “%1$s” is %2$s late.', 'connector-for-mautic' ), $step['error']['detail'] ?? '', human_time_diff( time() - $value ) );
		}
		return $lines;
	}

	/**
	 * How long a step took.
	 *
	 * @param int $milliseconds How long.
	 */
	public static function duration( int $milliseconds ): string {
		return $milliseconds < 1000
			/* translators: %s: number of milliseconds */
			? sprintf( __( '%s ms', 'connector-for-mautic' ), number_format_i18n( $milliseconds ) )
			/* translators: %s: number of seconds, such as 2.5 */
			: sprintf( __( '%s s', 'connector-for-mautic' ), number_format_i18n( $milliseconds / 1000, 1 ) );
	}

	/**
	 * What all of it came to.
	 *
	 * @param array<int, array<string, mixed>> $steps From Result::$steps.
	 */
	public static function summary( array $steps ): string {
		$states = array_count_values( array_column( $steps, 'state' ) );
		$failed = $states['failed'] ?? 0;
		$warned = $states['warned'] ?? 0;
		if ( $failed > 0 ) {
			/* translators: %s: number of checks */
			return sprintf( _n( '%s check has failed; below it stands what to do.', '%s checks have failed; below each stands what to do.', $failed, 'connector-for-mautic' ), number_format_i18n( $failed ) );
		}
		if ( $warned > 0 ) {
			/* translators: %s: number of checks */
			return sprintf( _n( 'No check has failed; %s has found something that is good to know.', 'No check has failed; %s have found something that is good to know.', $warned, 'connector-for-mautic' ), number_format_i18n( $warned ) );
		}
		return __( 'No check has failed.', 'connector-for-mautic' );
	}

	/**
	 * The sentences of the codes that only the doctor finds.
	 *
	 * @param array<string, mixed> $error  An `error` of the core.
	 * @param array<string, mixed> $status The status object.
	 * @return array{0: string, 1: string}|null
	 */
	public static function about( array $error, array $status ): ?array {
		switch ( $error['code'] ?? '' ) {
			case 'token.redirect_loop':
				return array(
					__( 'Mautic answers every request by sending it to the address that it came to, so nothing ever arrives. Usually a proxy in front of Mautic takes the https connection and passes it on as http, and Mautic does not know that it may trust that proxy.', 'connector-for-mautic' ),
					__( 'Have whoever runs Mautic enter the proxy’s address there (Settings, Configuration, System Settings, “Trusted proxies”, or “trusted_proxies” in its local.php) and clear Mautic’s cache. With Cloudflare, set the encryption mode to “Full (strict)”. Then press Test connection again.', 'connector-for-mautic' ),
				);
			case 'token.rewrite_off':
				return array(
					__( 'Mautic answers only where its address has /index.php behind it, since its web server does not rewrite addresses. At the base URL as it is, this site cannot connect.', 'connector-for-mautic' ),
					__( 'Have whoever runs that server switch rewriting on: on Apache the module “rewrite” and Mautic’s own .htaccess, on nginx “try_files $uri /index.php$is_args$args;”. Then press Test connection again.', 'connector-for-mautic' ),
				);
			case 'token.https_only':
				return array(
					__( 'Mautic can be read at this address, but what is sent to it is “not found”, so this site gets no token. Mautic believes that it is asked by http, and takes only https.', 'connector-for-mautic' ),
					__( 'If the base URL begins with http://, enter it with https://. If it has https:// already, a proxy in front of Mautic hides that: have it entered in Mautic under Settings, Configuration, System Settings, “Trusted proxies”, and see that “Site URL” begins with https://. Then clear Mautic’s cache.', 'connector-for-mautic' ),
				);
			case 'api.forbidden':
				return array(
					'' === ( $status['account_role'] ?? '' )
						/* translators: %s: path of Mautic's API, such as "contacts" */
						? sprintf( __( 'The account that this site uses in Mautic may not read “%s”. Plugins that need it get a refusal.', 'connector-for-mautic' ), $error['detail'] ?? '' )
						/* translators: 1: name of a role in Mautic, 2: path of Mautic's API, such as "contacts" */
						: sprintf( __( 'The role “%1$s” of this site’s account in Mautic may not read “%2$s”. Plugins that need it get a refusal.', 'connector-for-mautic' ), $status['account_role'], $error['detail'] ?? '' ),
					__( 'Have an administrator of Mautic open Settings, Roles, that role, Permissions, and tick what belongs to it, such as “View Own” and “View Others” of contacts. Nothing has to be authorized again.', 'connector-for-mautic' ),
				);
			case 'clock.skew':
				return array(
					__( 'The clocks of Mautic’s server and of this one differ by more than a minute. The connection does not break by it, but times that Mautic names, such as the end of a wait, are off by as much, and so is each log beside the other.', 'connector-for-mautic' ),
					__( 'Have whoever runs the server whose clock is wrong set it by the network (NTP).', 'connector-for-mautic' ),
				);
			case 'cron.disabled':
				return array(
					__( 'Visits do not run this site’s scheduled tasks, since DISABLE_WP_CRON is set. So far nothing is late; if nothing else runs them, the connection ends once no plugin has used it for the lifetime of the refresh token.', 'connector-for-mautic' ),
					Site_Messages::how_to_run_cron(),
				);
			case 'cron.overdue':
				return array(
					__( 'This site’s scheduled tasks (WP-Cron) are hours late. The renewal that keeps the connection alive while no plugin uses it is one of them.', 'connector-for-mautic' ),
					Site_Messages::how_to_run_cron(),
				);
			case 'cron.missing':
				return array(
					__( 'The next renewal was not in WordPress’ schedule; without it the connection ends once no plugin has used it for long. It has just been entered again.', 'connector-for-mautic' ),
					__( 'Press Test connection again. If it is missing once more, a plugin that cleans up scheduled events removes it: look for “connector_for_mautic_tick” in its list.', 'connector-for-mautic' ),
				);
			case 'loopback.failed':
				return array(
					__( 'This site’s server cannot reach this site’s own address, so visits cannot start its scheduled tasks (WP-Cron), which keep the connection alive while no plugin uses it.', 'connector-for-mautic' ),
					__( 'Ask your host why the server does not reach its own site; usual causes are a firewall, a password in front of the whole site, or a name that leads elsewhere. Until then have the server’s cron run “wp cron event run --due-now” every few minutes.', 'connector-for-mautic' ),
				);
			case 'loopback.blocked':
				return array(
					__( 'This WordPress forbids requests, also those to itself, so visits cannot start its scheduled tasks (WP-Cron), which keep the connection alive while no plugin uses it.', 'connector-for-mautic' ),
					__( 'WP_HTTP_BLOCK_EXTERNAL in wp-config.php leaves requests to the site itself alone, but a plugin forbids them with the filter “block_local_requests”: find and change it. Until then have the server’s cron run “wp cron event run --due-now” every few minutes.', 'connector-for-mautic' ),
				);
		}
		return null;
	}
}
