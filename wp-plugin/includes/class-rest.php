<?php
/**
 * The REST API.
 *
 * @package Connector_For_Mautic
 */

namespace Connector_For_Mautic;

defined( 'ABSPATH' ) || exit;

/**
 * The routes of `connector-for-mautic/v1`, for whoever may manage the connection. WordPress itself looks
 * after logging in: a cookie with a nonce, or an application password.
 */
final class Rest {

	public const NAMESPACE = 'connector-for-mautic/v1';

	/**
	 * Mautic's headers that are handed on. Others may name what is nobody's business.
	 */
	public const HEADERS = array( 'content-type', 'mautic-version', 'retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset' );

	/**
	 * HTTP status of an error by whose move is next: the caller's, the owner's, nobody's.
	 */
	private const STATUS = array(
		'misuse'    => 400,
		'user'      => 409,
		'transient' => 503,
		'permanent' => 502,
	);

	/**
	 * Registers the routes.
	 */
	public static function register(): void {
		self::route( 'status', 'GET', 'status', array( Schema::class, 'status' ) );
		self::route( 'authorize', 'POST', 'authorize', array( Schema::class, 'authorize_url' ) );
		self::route( 'refresh', 'POST', 'refresh', array( Schema::class, 'status' ) );
		self::route( 'test', 'POST', 'test', array( Schema::class, 'test' ) );
		self::route( 'request', 'POST', 'request', array( Schema::class, 'response' ), Schema::request() );
		self::route( 'connection', 'DELETE', 'disconnect', array( Schema::class, 'status' ) );
		add_filter( 'rest_post_dispatch', array( self::class, 'forbid_caching' ), 10, 3 );
	}

	/**
	 * Registers one.
	 *
	 * @param string                              $route    Below the namespace.
	 * @param string                              $method   HTTP method.
	 * @param string                              $callback The function of this class that answers.
	 * @param callable                            $schema   Gives the answer's schema.
	 * @param array<string, array<string, mixed>> $args     Arguments.
	 */
	private static function route( string $route, string $method, string $callback, callable $schema, array $args = array() ): void {
		register_rest_route(
			self::NAMESPACE,
			'/' . $route,
			array(
				array(
					'methods'             => $method,
					'callback'            => array( self::class, $callback ),
					'permission_callback' => static fn() => current_user_can( Settings_Page::capability() ),
					// Judged by their schema, and then left as they are: WordPress would decode and retype them.
					'args'                => array_map( static fn( $arg ) => $arg + array( 'sanitize_callback' => null, 'validate_callback' => 'rest_validate_request_arg' ), $args ),
				),
				'schema' => $schema,
			)
		);
	}

	/**
	 * `GET status`.
	 *
	 * @return \WP_REST_Response|\WP_Error
	 */
	public static function status() {
		return self::run( array( 'type' => 'view' ) );
	}

	/**
	 * `POST authorize`: for the current user, in whose browser the address has to be opened.
	 *
	 * @return \WP_REST_Response|\WP_Error
	 */
	public static function authorize() {
		$result = Runner::of_site()->run( Form_Handler::authorize_event() );
		$url    = $result->answer['url'] ?? $result->redirect;
		return $result->ok() && null !== $url ? new \WP_REST_Response( compact( 'url' ) ) : self::error( $result->to_wp_error() );
	}

	/**
	 * `POST refresh`.
	 *
	 * @return \WP_REST_Response|\WP_Error
	 */
	public static function refresh() {
		return self::run( array( 'type' => 'refresh' ) );
	}

	/**
	 * `POST test`: the status, or the error that ends the test, and in both all steps.
	 *
	 * @return \WP_REST_Response|\WP_Error
	 */
	public static function test() {
		$result = Doctor::run();
		$steps  = array( 'steps' => Doctor::describe( $result ) );
		return $result->ok() ? new \WP_REST_Response( Status::from_answer( $result->answer ) + $steps ) : self::error( $result->to_wp_error(), $steps );
	}

	/**
	 * `DELETE connection`.
	 *
	 * @return \WP_REST_Response|\WP_Error
	 */
	public static function disconnect() {
		return self::run( array( 'type' => 'disconnect' ) );
	}

	/**
	 * `POST request`. An answer of Mautic is a 200 of ours, whatever Mautic's own status in it; an error
	 * of ours says that there is none.
	 *
	 * @param \WP_REST_Request $request The call.
	 * @return \WP_REST_Response|\WP_Error
	 */
	public static function request( \WP_REST_Request $request ) {
		$args = array_filter( array( 'query' => $request['query'], 'body' => self::body( $request ) ), static fn( $value ) => null !== $value );
		if ( is_scalar( $args['body'] ?? '' ) && ! is_string( $args['body'] ?? '' ) ) {
			// WordPress takes a number for a list of one.
			return self::error( Result::failure( 'api_call.arguments_invalid', 'body', 'misuse' )->to_wp_error() );
		}
		$response = Api::request( $request['method'], $request['path'], $args );
		if ( is_wp_error( $response ) ) {
			return self::error( $response );
		}
		$response['headers'] = (object) array_intersect_key( $response['headers'], array_flip( self::HEADERS ) );
		return new \WP_REST_Response( $response );
	}

	/**
	 * The body that Mautic is to get. WordPress decodes objects to arrays, of which an empty one would
	 * become a list.
	 *
	 * @param \WP_REST_Request $request The call.
	 * @return mixed
	 */
	private static function body( \WP_REST_Request $request ) {
		$raw = $request->is_json_content_type() ? json_decode( $request->get_body() ) : null;
		return $raw->body ?? $request['body'];
	}

	/**
	 * Runs an event that ends in the status.
	 *
	 * @param array<string, mixed> $event The event.
	 * @return \WP_REST_Response|\WP_Error
	 */
	private static function run( array $event ) {
		$result = Runner::of_site()->run( $event );
		return $result->ok() ? new \WP_REST_Response( Status::from_answer( $result->answer ) ) : self::error( $result->to_wp_error() );
	}

	/**
	 * An error as WordPress' REST API tells it: with the HTTP status that fits, and nothing but what
	 * helps the caller.
	 *
	 * @param \WP_Error            $error Of connector_for_mautic_request() or Result::to_wp_error().
	 * @param array<string, mixed> $more  What else its data is to have.
	 */
	public static function with_status( \WP_Error $error, array $more = array() ): \WP_Error {
		$data  = (array) $error->get_error_data();
		$shown = array_intersect_key( $data, array_flip( array( 'kind', 'detail', 'http_status', 'retry_at' ) ) );
		return new \WP_Error( $error->get_error_code(), $error->get_error_message(), array( 'status' => self::STATUS[ $data['kind'] ?? '' ] ?? 500 ) + $shown + $more );
	}

	/**
	 * The same as an answer, which also says when to come back.
	 *
	 * @param \WP_Error            $error As above.
	 * @param array<string, mixed> $more  What else its data has.
	 */
	private static function error( \WP_Error $error, array $more = array() ): \WP_REST_Response {
		$error    = self::with_status( $error, $more );
		$response = rest_convert_error_to_response( $error );
		$seconds  = ( $error->get_error_data()['retry_at'] ?? 0 ) - time();
		if ( $seconds > 0 ) {
			$response->header( 'Retry-After', (string) $seconds );
		}
		return $response;
	}

	/**
	 * Keeps what is said here, refusals too, out of every cache.
	 *
	 * @param \WP_HTTP_Response $response The answer.
	 * @param \WP_REST_Server   $server   WordPress' server.
	 * @param \WP_REST_Request  $request  The call.
	 * @return \WP_HTTP_Response
	 */
	public static function forbid_caching( $response, $server, $request ) {
		if ( str_starts_with( $request->get_route(), '/' . self::NAMESPACE ) ) {
			$response->header( 'Cache-Control', 'no-store' );
		}
		return $response;
	}
}
