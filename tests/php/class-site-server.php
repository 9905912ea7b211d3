<?php
/**
 * The site, over HTTP.
 *
 * @package Connector_For_Mautic
 */

/**
 * Serves the WordPress that the tests are loaded into, as the demo does, on a free port of this machine.
 */
final class Site_Server {

	/** @var resource */
	private $process;

	public readonly string $url;

	/** @param string ...$options Of PHP, such as `-d` and a setting. */
	public function __construct( string ...$options ) {
		$socket = stream_socket_server( 'tcp://127.0.0.1:0' );
		$listen = stream_socket_get_name( $socket, false );
		fclose( $socket );
		$this->url     = "http://$listen";
		$this->process = proc_open(
			// In a group of its own, so that its workers end with it, where PHP_CLI_SERVER_WORKERS has it make some.
			array( 'setsid', PHP_BINARY, ...COMPILED, ...$options, ...array( '-S', $listen, '-t', SITE, dirname( __DIR__, 2 ) . '/scripts/wordpress/router.php' ) ),
			array( 1 => array( 'file', '/dev/null', 'w' ), 2 => array( 'file', '/dev/null', 'w' ) ),
			$pipes
		);
		for ( $try = 0; $try < 600; ++$try ) {
			$connection = @stream_socket_client( "tcp://$listen" );
			if ( $connection ) {
				fclose( $connection );
				return;
			}
			usleep( 50000 );
		}
		throw new RuntimeException( 'The site was not served.' );
	}

	/**
	 * Asks for a page.
	 *
	 * @param string[] $headers  Lines.
	 * @return array{status: int, headers: array<string, string[]>, body: string} Header names in lower case.
	 */
	public function ask( string $method, string $path, array $headers = array(), string $body = '' ): array {
		$answered = array();
		$curl     = curl_init( $this->url . $path );
		curl_setopt_array(
			$curl,
			array(
				CURLOPT_CUSTOMREQUEST  => $method,
				CURLOPT_HTTPHEADER     => $headers,
				CURLOPT_POSTFIELDS     => $body,
				CURLOPT_RETURNTRANSFER => true,
				CURLOPT_TIMEOUT        => 60,
				CURLOPT_HEADERFUNCTION => static function ( $curl, $line ) use ( &$answered ) {
					list( $name, $value ) = explode( ':', $line, 2 ) + array( 1 => '' );
					$answered[ strtolower( trim( $name ) ) ][] = trim( $value );
					return strlen( $line );
				},
			)
		);
		$body = curl_exec( $curl );
		return array( 'status' => curl_getinfo( $curl, CURLINFO_RESPONSE_CODE ), 'headers' => $answered, 'body' => (string) $body );
	}

	public function stop(): void {
		posix_kill( -proc_get_status( $this->process )['pid'], 15 );
		proc_close( $this->process );
	}
}
