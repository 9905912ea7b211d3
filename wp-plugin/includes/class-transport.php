<?php
/**
 * Requests to Mautic.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * Sends what the core asks for through WordPress' HTTP API.
 *
 * What a request must never do (follow a redirect, skip certificate checks, inflate a small body
 * into a huge one, reach another address than the one that was checked) is set again after every
 * filter of other plugins, at the last moment there is: some plugins switch certificate checks off
 * for the whole site.
 */
final class Transport {

	/**
	 * Bytes of a body that the core judges at most: of an API caller's refusal, which may be long, it sees
	 * the beginning.
	 */
	private const JUDGED = 65536;

	/**
	 * The request that is under way.
	 *
	 * @var array<string, mixed>
	 */
	private array $effect = array();

	/**
	 * Entries for cURL's name cache: the addresses that were checked.
	 *
	 * @var string[]
	 */
	private array $pinned = array();

	/**
	 * Milliseconds of the request's parts, as far as they are known.
	 *
	 * @var array<string, int>
	 */
	private array $took = array();

	/**
	 * Takes what was sent in confidence out of what comes back.
	 *
	 * @var Redaction
	 */
	private Redaction $redaction;

	/**
	 * Takes the policy.
	 *
	 * @param bool $allow_private_hosts Whether loopback and private addresses may be connected to.
	 */
	public function __construct( private bool $allow_private_hosts ) {
	}

	/**
	 * Performs an `http` effect.
	 *
	 * @param array<string, mixed> $effect      The effect.
	 * @param string|null          $caller_body The API caller's body, for a caller's request.
	 * @return array{event: array<string, mixed>, response: array<string, mixed>|null} The event
	 *     `http_answered`, and the whole answer for an API caller.
	 */
	public function send( #[\SensitiveParameter] array $effect, ?string $caller_body ): array {
		$this->effect    = $effect;
		$this->pinned    = array();
		$this->took      = array();
		$this->redaction = new Redaction( $effect['secrets'] ?? array() );
		$arguments       = array(
			'method'  => $effect['method'],
			'headers' => array_column( $effect['headers'], 1, 0 ) + array( 'Accept-Encoding' => 'identity' ),
			'body'    => ( $effect['caller'] ? $caller_body : $effect['body'] ) ?? '',
		);

		add_filter( 'http_request_args', array( $this, 'filter_arguments' ), PHP_INT_MAX, 2 );
		add_filter( 'pre_http_request', array( $this, 'check_address' ), PHP_INT_MAX, 3 );
		add_filter( 'https_ssl_verify', array( $this, 'filter_verify' ), PHP_INT_MAX, 2 );
		add_action( 'http_api_curl', array( $this, 'set_curl_options' ), PHP_INT_MAX, 3 );
		add_action( 'requests-requests.before_parse', array( $this, 'keep_encoded' ), PHP_INT_MAX, 2 );
		add_action( 'requests-curl.after_request', array( $this, 'keep_times' ), PHP_INT_MAX, 2 );
		$begun = hrtime( true );
		try {
			$response = wp_remote_request( $effect['url'], $arguments );
		} finally {
			$this->took['milliseconds'] = self::milliseconds_since( $begun );
			remove_filter( 'http_request_args', array( $this, 'filter_arguments' ), PHP_INT_MAX );
			remove_filter( 'pre_http_request', array( $this, 'check_address' ), PHP_INT_MAX );
			remove_filter( 'https_ssl_verify', array( $this, 'filter_verify' ), PHP_INT_MAX );
			remove_action( 'http_api_curl', array( $this, 'set_curl_options' ), PHP_INT_MAX );
			remove_action( 'requests-requests.before_parse', array( $this, 'keep_encoded' ), PHP_INT_MAX );
			remove_action( 'requests-curl.after_request', array( $this, 'keep_times' ), PHP_INT_MAX );
		}

		if ( is_wp_error( $response ) ) {
			return array(
				'event'    => array(
					'type'          => 'http_answered',
					'id'            => $effect['id'],
					'error_kind'    => (string) $response->get_error_code(),
					'error_message' => $this->redaction->of( $response->get_error_message() ),
				) + $this->took,
				'response' => null,
			);
		}
		return $this->read( $response );
	}

	/**
	 * Turns WordPress' answer into the event, and into what an API caller gets.
	 *
	 * @param array<string, mixed> $response From the HTTP API.
	 * @return array{event: array<string, mixed>, response: array<string, mixed>}
	 */
	private function read( array $response ): array {
		$status    = (int) wp_remote_retrieve_response_code( $response );
		$body      = wp_remote_retrieve_body( $response );
		$headers   = array();
		foreach ( wp_remote_retrieve_headers( $response ) as $name => $value ) {
			$headers[ strtolower( $name ) ] = is_array( $value ) ? implode( ', ', $value ) : (string) $value;
		}
		$type = $headers['content-type'] ?? '';
		// Of data that was asked for, every byte is the caller's, or tokens. Pages and refusals only repeat.
		$is_data   = $status >= 200 && $status < 300 && false === stripos( $type, 'html' ) && preg_match( '/^\s*[{[]/', $body );
		$truncated = strlen( $body ) > $this->effect['max_bytes'];
		if ( ! $is_data ) {
			$body = $this->redaction->of( $body );
		}
		if ( $truncated ) {
			// A secret may have been cut in two; its first half is not known any more.
			$body = substr( $body, 0, max( 0, $this->effect['max_bytes'] - $this->redaction->longest() ) );
		}
		foreach ( array_diff_key( $headers, array( 'content-type' => 0 ) ) as $name => $value ) {
			$headers[ $name ] = $this->redaction->of( $value );
		}
		$listed = array_intersect_key( $headers, array_flip( $this->effect['response_headers'] ) );
		$kept   = $this->effect['caller'] && $status >= 200 && $status < 300;
		return array(
			'event'    => array(
				'type'      => 'http_answered',
				'id'        => $this->effect['id'],
				'status'    => $status,
				'headers'   => (object) $listed,
				// Invalid bytes are replaced when the message is encoded.
				'body'      => $kept ? '' : substr( $body, 0, self::JUDGED ),
				'truncated' => $truncated || ( ! $kept && strlen( $body ) > self::JUDGED ),
			) + $this->took,
			'response' => array(
				'status'  => $status,
				'headers' => $headers,
				'body'    => $body,
			),
		);
	}

	/**
	 * Sets the arguments that no filter may change.
	 *
	 * @param array<string, mixed> $arguments For the HTTP API.
	 * @param string               $url       The request's URL.
	 * @return array<string, mixed>
	 */
	public function filter_arguments( $arguments, $url ) {
		if ( $url !== $this->effect['url'] ) {
			return $arguments;
		}
		return array(
			'redirection'         => 0,
			'timeout'             => $this->effect['timeout'],
			// One byte more than the core wants shows that there was more.
			'limit_response_size' => $this->effect['max_bytes'] + 1,
			'sslverify'           => true,
			'decompress'          => false,
			'blocking'            => true,
			'stream'              => false,
			// Its own address check cannot tell private from link-local; ours is check_address().
			'reject_unsafe_urls'  => false,
		) + $arguments;
	}

	/**
	 * Looks the host up and refuses forbidden addresses, after every other filter has had its say.
	 *
	 * @param false|array|\WP_Error $response  An answer that a filter gave.
	 * @param array<string, mixed>  $arguments For the HTTP API.
	 * @param string                $url       The request's URL.
	 * @return false|array|\WP_Error
	 */
	public function check_address( $response, $arguments, $url ) {
		if ( false !== $response || $url !== $this->effect['url'] ) {
			return $response;
		}
		$parts = wp_parse_url( $url );
		$host  = trim( $parts['host'] ?? '', '[]' );
		$proxy = new \WP_HTTP_Proxy();
		if ( $proxy->is_enabled() && $proxy->send_through_proxy( $url ) && false === filter_var( $host, FILTER_VALIDATE_IP ) ) {
			// The proxy looks the name up, and is the owner's own fence.
			return $response;
		}
		$begun     = hrtime( true );
		$addresses = Address_Policy::resolve( $host );
		if ( array( $host ) !== $addresses ) {
			$this->took['dns_milliseconds'] = self::milliseconds_since( $begun );
		}
		if ( ! $addresses ) {
			// As cURL says it, which is how the core knows a name that does not exist.
			return new \WP_Error( 'http_request_failed', 'cURL error 6: Could not resolve host: ' . $host );
		}
		foreach ( $addresses as $address ) {
			if ( ! Address_Policy::allows( $address, $this->allow_private_hosts ) ) {
				return new \WP_Error( 'address_refused', $host . ': ' . $address );
			}
		}
		$port = $parts['port'] ?? ( 'https' === $parts['scheme'] ? 443 : 80 );
		foreach ( $addresses as $i => $address ) {
			$addresses[ $i ] = str_contains( $address, ':' ) ? '[' . $address . ']' : $address;
		}
		$this->pinned = array( $host . ':' . $port . ':' . implode( ',', $addresses ) );
		return $response;
	}

	/**
	 * Keeps certificate verification on.
	 *
	 * @param bool|string $verify Path of the certificates, or false.
	 * @param string      $url    The request's URL.
	 * @return bool|string
	 */
	public function filter_verify( $verify, $url ) {
		if ( $verify || $url !== $this->effect['url'] ) {
			return $verify;
		}
		return ABSPATH . WPINC . '/certificates/ca-bundle.crt';
	}

	/**
	 * Says to cURL itself what other plugins may have said otherwise.
	 *
	 * @param \CurlHandle          $handle    cURL's handle.
	 * @param array<string, mixed> $arguments For the HTTP API.
	 * @param string               $url       The request's URL.
	 */
	public function set_curl_options( $handle, $arguments, $url ): void {
		if ( $url !== $this->effect['url'] ) {
			return;
		}
		// phpcs:disable WordPress.WP.AlternativeFunctions.curl_curl_setopt -- WordPress' own hook for what its arguments cannot say.
		curl_setopt( $handle, CURLOPT_SSL_VERIFYPEER, true );
		curl_setopt( $handle, CURLOPT_SSL_VERIFYHOST, 2 );
		curl_setopt( $handle, CURLOPT_FOLLOWLOCATION, false );
		// No transparent decompression: the limit of the body counts what comes over the wire.
		curl_setopt( $handle, CURLOPT_ENCODING, null );
		if ( $this->pinned ) {
			curl_setopt( $handle, CURLOPT_RESOLVE, $this->pinned );
		}
		// phpcs:enable
	}

	/**
	 * Hides the name of a content encoding from the Requests library, which would inflate the body
	 * without a limit. A server that encodes although it was asked not to is answered by "not JSON".
	 *
	 * @param string $response Head and body.
	 * @param string $url      The request's URL.
	 */
	public function keep_encoded( &$response, $url ): void {
		if ( $url === $this->effect['url'] ) {
			$end      = strpos( $response, "\r\n\r\n" );
			$head     = false === $end ? $response : substr( $response, 0, $end );
			$response = (string) preg_replace( '/^content-encoding:/mi', 'x-content-encoding:', $head ) . substr( $response, strlen( $head ) );
		}
	}

	/**
	 * Keeps how long the parts of a request took. Its name is in cURL's cache, unless a proxy looked it up.
	 *
	 * @param string               $headers The answer's head.
	 * @param array<string, mixed> $info    What cURL tells of the request, times in microseconds.
	 */
	public function keep_times( $headers, $info = array() ): void {
		if ( ( $info['url'] ?? '' ) === $this->effect['url'] && ( $info['appconnect_time_us'] ?? 0 ) > 0 ) {
			$this->took['tls_milliseconds'] = (int) round( ( $info['appconnect_time_us'] - $info['connect_time_us'] ) / 1000 );
		}
	}

	/**
	 * Whole milliseconds.
	 *
	 * @param int $begun What hrtime() said then.
	 */
	private static function milliseconds_since( int $begun ): int {
		return (int) round( ( hrtime( true ) - $begun ) / 1e6 );
	}
}
