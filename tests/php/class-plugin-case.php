<?php
/**
 * What the tests have in common.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cipher;
use Connector_For_Mautic\Storage;

/**
 * Runs each test in a transaction that is rolled back, with hooks of its own.
 */
abstract class Plugin_Case extends PHPUnit\Framework\TestCase {

	protected $backupGlobals = false;

	protected const KEY = 'a key of the tests, which is long enough';

	/** @var array<string, WP_Hook> */
	private array $hooks;

	protected function setUp(): void {
		$this->hooks = array_map( static fn( $hook ) => clone $hook, $GLOBALS['wp_filter'] );
		global $wpdb;
		wp_cache_flush();
		$wpdb->query( 'START TRANSACTION' );
	}

	protected function tearDown(): void {
		$GLOBALS['wp_filter'] = $this->hooks;
		list( $_POST, $_REQUEST, $_SERVER['REQUEST_METHOD'] ) = array( array(), array(), 'GET' );
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		wp_cache_flush();
		wp_set_current_user( 0 );
		$this->assertSame( '', $wpdb->last_error );
	}

	/** A storage of its own, as another process has it. */
	protected function storage( string $key = self::KEY ): Storage {
		return new Storage( new Cipher( $key ) );
	}

	/** The bytes of an option's row, past every cache. */
	protected function row( string $name ): ?string {
		return Storage::row( $name );
	}

	protected function set_row( string $name, string $value ): void {
		global $wpdb;
		$wpdb->update( $wpdb->options, array( 'option_value' => $value ), array( 'option_name' => $name ) );
	}

	/** Fails if something is no WP_Error, or one with another code. */
	protected function assertWPErrorCode( string $code, $error ): void {
		$this->assertInstanceOf( WP_Error::class, $error, (string) wp_json_encode( $error ) );
		$this->assertSame( $code, $error->get_error_code() );
	}

	/** As if the current user had sent a form of the page: what its handler, called here, gets. */
	protected function post( string $form, array $values = array() ): void {
		$_POST    = wp_slash( $values );
		$_REQUEST = $_POST + array( '_wpnonce' => wp_create_nonce( "connector_for_mautic_$form" ) );

		$_SERVER['REQUEST_METHOD'] = 'POST';
	}

	/** The page as it stands, for the current user. */
	protected function page(): string {
		Connector_For_Mautic\Settings_Page::load();
		ob_start();
		Connector_For_Mautic\Settings_Page::render();
		return ob_get_clean();
	}

	/** What saving asks a Mautic that has nothing to find fault with: whether it is one, and takes the credentials. */
	protected function mautic_without_faults(): void {
		remove_all_filters( 'pre_http_request' );
		add_filter( 'pre_http_request', array( self::class, 'faultless_answer' ), 5, 3 );
	}

	/** @return array|false An answer, to what the doctor asks of new settings. */
	public static function faultless_answer( $response, array $arguments, string $url ) {
		if ( ! str_ends_with( $url, '/oauth/v2/token' ) || ( 'GET' !== $arguments['method'] && ! str_contains( (string) $arguments['body'], 'refresh_token=probe' ) ) ) {
			return $response;
		}
		$type = 'GET' === $arguments['method'] ? 'invalid_request' : 'invalid_grant';
		return array(
			'response' => array( 'code' => 400, 'message' => '' ),
			'headers'  => array( 'content-type' => 'application/json' ),
			'body'     => wp_json_encode( array( 'errors' => array( array( 'message' => 'Words.', 'code' => 400, 'type' => $type ) ) ) ),
		);
	}

	protected function dom( string $html ): DOMXPath {
		$document = new DOMDocument();
		$errors   = libxml_use_internal_errors( true );
		$document->loadHTML( '<?xml encoding="utf-8"?><body>' . $html . '</body>' );
		libxml_use_internal_errors( $errors );
		return new DOMXPath( $document );
	}

	/** A user who may do nothing, until the transaction is rolled back. */
	protected static function subscriber( string $email = 'sub@example.test' ): int {
		$user = get_user_by( 'email', $email );
		return $user ? $user->ID : wp_insert_user( array( 'user_login' => strtok( $email, '@' ), 'user_email' => $email, 'user_pass' => 'a password', 'role' => 'subscriber' ) );
	}

	/**
	 * Where a callback sends the browser, instead of ending the process.
	 *
	 * @return array{0: string, 1: int} Address and status.
	 */
	protected function redirect_of( callable $callback ): array {
		add_filter( 'wp_redirect', static fn( $location, $status ) => throw new Redirected( $location, $status ), 10, 2 );
		try {
			$callback();
		} catch ( Redirected $redirected ) {
			return array( $redirected->getMessage(), $redirected->getCode() );
		}
		$this->fail( 'No redirect.' );
	}

	/**
	 * Runs PHP in a process of its own, which would wait for the transaction of this one: it is
	 * rolled back, and another one begun after.
	 *
	 * @return array{0: int, 1: string} Exit status and output.
	 */
	protected function php( string ...$arguments ): array {
		list( $status, $output ) = $this->process( array( PHP_BINARY, ...$arguments ), '', array( 'redirect', 1 ) );
		return array( $status, $output );
	}

	/** @return string[] WP-CLI, for the site. */
	protected static function wp_command(): array {
		return array( PHP_BINARY, ...COMPILED, ...array( '-d', 'display_errors=0', getenv( 'WP_CLI' ), '--allow-root', '--no-color', '--path=' . SITE ) );
	}

	/**
	 * Runs WP-CLI, which ends with what it said on standard output and on standard error.
	 *
	 * @param string[] $arguments Such as `mautic`, `status`.
	 * @param string   $input     What it may read.
	 * @return array{0: int, 1: string, 2: string} Exit status and both outputs.
	 */
	protected function wp_cli( array $arguments, string $input = '' ): array {
		$errors = tmpfile();
		$ended  = $this->process( array( ...self::wp_command(), ...$arguments ), $input, $errors );
		rewind( $errors );
		return array( ...$ended, ...array( stream_get_contents( $errors ) ) );
	}

	/**
	 * Runs a process as described for php().
	 *
	 * @param string[]       $command What.
	 * @param string         $input   What it may read.
	 * @param array|resource $errors  Where its standard error goes.
	 * @return array{0: int, 1: string} Exit status and output.
	 */
	protected function process( array $command, string $input, $errors ): array {
		return $this->for_good(
			static function () use ( $command, $input, $errors ) {
				$process = proc_open( $command, array( array( 'pipe', 'r' ), array( 'pipe', 'w' ), $errors ), $pipes );
				fwrite( $pipes[0], $input );
				fclose( $pipes[0] );
				$output = stream_get_contents( $pipes[1] );
				return array( proc_close( $process ), $output );
			}
		);
	}

	/**
	 * Does something outside of the test's transaction, which is rolled back before and begun again after.
	 *
	 * @return mixed What it returns.
	 */
	protected function for_good( callable $work ) {
		global $wpdb;
		$wpdb->query( 'ROLLBACK' );
		$done = $work();
		wp_cache_flush();
		$wpdb->query( 'START TRANSACTION' );
		return $done;
	}
}

/**
 * In place of the end of a process.
 */
final class Redirected extends Exception {
}
