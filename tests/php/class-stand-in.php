<?php
/**
 * A Mautic of one's own.
 *
 * @package Connector_For_Mautic
 */

/**
 * Runs tests/mautic-stand-in on a free port of this machine, with Basic authentication switched on.
 */
final class Stand_In {

	public const CLIENT_ID = '1_abc';

	public const CLIENT_SECRET = 'the-client-secret';

	public const PASSWORD = 'the pass:word';

	/** @var resource */
	private $process;

	public readonly string $url;

	/** @param string $folder Such as `/mautic`, if it is not at the root of its server. */
	public function __construct( private string $folder = '' ) {
		$socket = stream_socket_server( 'tcp://127.0.0.1:0' );
		$listen = stream_socket_get_name( $socket, false );
		fclose( $socket );
		$this->url     = 'http://localhost' . strrchr( $listen, ':' ) . $folder;
		$this->process = proc_open(
			array( getenv( 'STAND_IN' ), '--listen', $listen, '--site-url', $this->url, '--client-id', self::CLIENT_ID, '--client-secret', self::CLIENT_SECRET, '--admin-password', self::PASSWORD, '--redirect-uri', admin_url( 'admin.php' ), '--control' ),
			array( 1 => array( 'pipe', 'w' ) ),
			$pipes
		);
		if ( false === fgets( $pipes[1] ) ) {
			throw new RuntimeException( 'The stand-in did not start: STAND_IN must name the program.' );
		}
		$this->control( 'PATCH', 'settings', array( 'basic_enabled' => true ) );
	}

	/** Asks its control interface. */
	public function control( string $method, string $path, ?array $body = null ) {
		$context = stream_context_create( array( 'http' => array( 'method' => $method, 'header' => 'Content-Type: application/json', 'content' => null === $body ? '' : json_encode( $body ) ) ) );
		return json_decode( file_get_contents( substr( $this->url, 0, strlen( $this->url ) - strlen( $this->folder ) ) . '/_stand-in/' . $path, false, $context ), true );
	}

	/** @return string[] Method and address of each request, oldest first. */
	public function requests(): array {
		return array_map( static fn( $request ) => $request['method'] . ' ' . $request['uri'], $this->control( 'GET', 'requests' ) );
	}

	public function stop(): void {
		proc_terminate( $this->process );
		proc_close( $this->process );
	}
}
