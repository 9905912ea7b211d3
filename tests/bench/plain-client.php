<?php
/**
 * A client for Mautic's API as plugins for WordPress have it: one class by hand, its tokens in an option, requests by
 * wp_remote_request(). It is what the plugin is measured against, and does what the better ones of its kind
 * do: an absolute expiry with a margin, the refresh token replaced where there is a new one, one more try after
 * a 401, tokens forgotten only when the server refuses them, and a lock out of a transient if it is asked for one.
 *
 * @package Connector_For_Mautic
 */

/**
 * The connection of the site.
 */
final class Plain_Client {

	private const OPTION = 'plain_client';

	private const LOCK = 'plain_client_refreshing';

	private const MARGIN = 60;

	private const PATIENCE = 20;

	/**
	 * Base URL, client and tokens.
	 *
	 * @var array<string, mixed>
	 */
	private array $connection;

	/**
	 * Reads the connection.
	 *
	 * @param bool $locked Whether those who refresh lock each other out.
	 */
	public function __construct( private bool $locked ) {
		$this->connection = get_option( self::OPTION, array() );
	}

	/**
	 * Stores a new connection.
	 *
	 * @param array<string, mixed> $connection `base_url`, `client_id`, `client_secret`, `access_token`,
	 *                                         `refresh_token`, `expires_in`.
	 */
	public static function connect( array $connection ): void {
		$connection['expires_at'] = time() + $connection['expires_in'];
		update_option( self::OPTION, $connection, false );
	}

	/**
	 * The tokens that are stored.
	 *
	 * @return array<string, mixed>
	 */
	public static function stored(): array {
		return array_intersect_key( get_option( self::OPTION, array() ), array_flip( array( 'access_token', 'refresh_token' ) ) );
	}

	/**
	 * Calls the API.
	 *
	 * @param string $method HTTP method.
	 * @param string $path   Below `/api/`.
	 * @return array{status: int, body: mixed}|WP_Error
	 */
	public function request( string $method, string $path ) {
		if ( empty( $this->connection['access_token'] ) ) {
			return new WP_Error( 'not_connected' );
		}
		if ( time() >= $this->connection['expires_at'] - self::MARGIN ) {
			$refreshed = $this->refresh();
			if ( is_wp_error( $refreshed ) ) {
				return $refreshed;
			}
		}
		$response = $this->send( $method, $path );
		if ( ! is_wp_error( $response ) && 401 === $response['status'] ) {
			$refreshed = $this->refresh();
			$response  = is_wp_error( $refreshed ) ? $refreshed : $this->send( $method, $path );
		}
		return $response;
	}

	/**
	 * Sends one request with the token that there is.
	 *
	 * @param string $method HTTP method.
	 * @param string $path   Below `/api/`.
	 * @return array{status: int, body: mixed}|WP_Error
	 */
	private function send( string $method, string $path ) {
		$response = wp_remote_request(
			$this->connection['base_url'] . "/api/$path",
			array(
				'method'  => $method,
				'timeout' => 30,
				'headers' => array(
					'Authorization' => 'Bearer ' . $this->connection['access_token'],
					'Accept'        => 'application/json',
				),
			)
		);
		return is_wp_error( $response ) ? $response : array(
			'status' => wp_remote_retrieve_response_code( $response ),
			'body'   => json_decode( wp_remote_retrieve_body( $response ), true ),
		);
	}

	/**
	 * Gets new tokens, or those that another process has got meanwhile.
	 *
	 * @return true|WP_Error
	 */
	private function refresh() {
		if ( $this->locked ) {
			if ( get_transient( self::LOCK ) ) {
				return $this->wait();
			}
			set_transient( self::LOCK, 1, 60 );
		}
		$result = $this->exchange();
		if ( $this->locked ) {
			delete_transient( self::LOCK );
		}
		return $result;
	}

	/**
	 * Waits for who refreshes, and takes over what came of it.
	 *
	 * @return true|WP_Error
	 */
	private function wait() {
		for ( $waited = 0; $waited < 2 * self::PATIENCE; $waited++ ) {
			usleep( 500000 );
			wp_cache_flush();
			if ( ! get_transient( self::LOCK ) ) {
				break;
			}
		}
		$this->connection = get_option( self::OPTION, array() );
		return empty( $this->connection['access_token'] ) ? new WP_Error( 'not_connected' ) : true;
	}

	/**
	 * Exchanges the refresh token.
	 *
	 * @return true|WP_Error
	 */
	private function exchange() {
		$response = wp_remote_post(
			$this->connection['base_url'] . '/oauth/v2/token',
			array(
				'timeout' => 30,
				'body'    => array(
					'grant_type'    => 'refresh_token',
					'client_id'     => $this->connection['client_id'],
					'client_secret' => $this->connection['client_secret'],
					'refresh_token' => $this->connection['refresh_token'],
				),
			)
		);
		if ( is_wp_error( $response ) ) {
			return $response;
		}
		$tokens = json_decode( wp_remote_retrieve_body( $response ), true );
		if ( empty( $tokens['access_token'] ) ) {
			$error = $tokens['errors'][0]['type'] ?? $tokens['error'] ?? 'no_token';
			if ( 'invalid_grant' === $error ) {
				unset( $this->connection['access_token'], $this->connection['refresh_token'] );
				update_option( self::OPTION, $this->connection, false );
			}
			return new WP_Error( $error );
		}
		$this->connection['access_token']  = $tokens['access_token'];
		$this->connection['refresh_token'] = $tokens['refresh_token'] ?? $this->connection['refresh_token'];
		$this->connection['expires_at']    = time() + ( $tokens['expires_in'] ?? 3600 );
		update_option( self::OPTION, $this->connection, false );
		return true;
	}
}
