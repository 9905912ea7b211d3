<?php
/**
 * A server that nobody vouches for.
 *
 * @package Connector_For_Mautic
 */

/**
 * Answers one TLS connection after another with a self-signed certificate, in a process of its own.
 */
final class Self_Signed_Server {

	/** @var resource */
	private $process;

	public readonly int $port;

	/** Its file: whoever trusts it may connect. */
	public readonly string $certificate;

	public function __construct() {
		$this->certificate = tempnam( sys_get_temp_dir(), 'certificate' );
		$this->process = proc_open( array( PHP_BINARY, __DIR__ . '/fixtures/self-signed.php', $this->certificate ), array( 1 => array( 'pipe', 'w' ) ), $pipes );
		$this->port    = (int) fgets( $pipes[1] );
	}

	/** How many requests came through, past the handshake. */
	public function requests(): int {
		return is_file( $this->certificate . '.requests' ) ? filesize( $this->certificate . '.requests' ) : 0;
	}

	public function stop(): void {
		if ( is_file( $this->certificate . '.requests' ) ) {
			unlink( $this->certificate . '.requests' );
		}
		proc_terminate( $this->process );
		proc_close( $this->process );
		unlink( $this->certificate );
	}
}
