<?php
/**
 * A server to talk to.
 *
 * @package Connector_For_Mautic
 */

/**
 * Runs fixtures/server.php on a free port of this machine.
 */
final class Local_Server {

	/** @var resource */
	private $process;

	public readonly int $port;

	public function __construct() {
		$socket     = stream_socket_server( 'tcp://127.0.0.1:0' );
		$this->port = (int) substr( strrchr( stream_socket_get_name( $socket, false ), ':' ), 1 );
		fclose( $socket );
		$this->process = proc_open(
			array( PHP_BINARY, '-S', '127.0.0.1:' . $this->port, __DIR__ . '/fixtures/server.php' ),
			array(
				1 => array( 'file', '/dev/null', 'w' ),
				2 => array( 'file', '/dev/null', 'w' ),
			),
			$pipes
		);
		for ( $try = 0; $try < 600; ++$try ) {
			$connection = @fsockopen( '127.0.0.1', $this->port );
			if ( $connection ) {
				fclose( $connection );
				return;
			}
			usleep( 50000 );
		}
		throw new RuntimeException( 'The local server did not start.' );
	}

	public function url( string $path, string $host = '127.0.0.1' ): string {
		return "http://$host:{$this->port}$path";
	}

	/** @return string[] Method and address of each request that it got. */
	public function requests(): array {
		return is_file( $this->log() ) ? file( $this->log(), FILE_IGNORE_NEW_LINES ) : array();
	}

	private function log(): string {
		return sys_get_temp_dir() . '/local-server-' . $this->port;
	}

	public function stop(): void {
		proc_terminate( $this->process );
		proc_close( $this->process );
		if ( is_file( $this->log() ) ) {
			unlink( $this->log() );
		}
	}
}
