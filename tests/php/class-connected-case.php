<?php
/**
 * A connection.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Runner;
use Connector_For_Mautic\Storage;

/**
 * Runs the real core against a Mautic that follows a script.
 */
abstract class Connected_Case extends Plugin_Case {

	/** @var array<int, array> Requests that Mautic got. */
	protected array $requests = array();

	/** @var array<int, array> Those that it took to connect. */
	protected array $to_connect = array();

	/** @var array<int, array|WP_Error|Closure> Answers it will give; a closure makes one of the path with its query. */
	protected array $answers = array();

	protected function setUp(): void {
		parent::setUp();
		delete_option( Storage::option_name() );
		wp_set_current_user( 1 );
		remove_all_filters( 'pre_http_request' );
		add_filter(
			'pre_http_request',
			function ( $response, $arguments, $url ) {
				if ( site_url( 'wp-cron.php' ) === $url ) {
					// The site would reach itself, if it were served.
					return $this->json( array() );
				}
				if ( false !== $response || ! str_starts_with( $url, 'https://mautic.example.test/' ) ) {
					return $response;
				}
				$this->requests[] = array( $arguments['method'], substr( $url, 27 ), $arguments['body'], $arguments['headers'] );
				$answer = array_shift( $this->answers ) ?? throw new LogicException( "One request more than expected: $url" );
				return $answer instanceof Closure ? $answer( substr( $url, 27 ) ) : $answer;
			},
			10,
			3
		);
	}

	protected function configure(): void {
		$result = Form_Handler::save_values(
			array(
				'base_url'      => 'https://mautic.example.test',
				'client_id'     => '1_abc',
				'client_secret' => 's3cret',
			)
		);
		$this->assertTrue( $result->ok() );
	}

	protected function connect(): void {
		$this->configure();
		$url = Runner::of_site()->run( Form_Handler::authorize_event() )->redirect;
		parse_str( wp_parse_url( $url, PHP_URL_QUERY ), $query );
		$this->answers = array(
			$this->token( 1 ),
			$this->identity(),
		);
		$result        = Authorize_Return::handle( "state={$query['state']}&code=code-1" );
		$this->assertTrue( $result->ok(), wp_json_encode( $result->error() ) );
		$this->to_connect = $this->requests;
		$this->requests   = array();
	}

	/**
	 * The answers to what the doctor asks before it uses the connection itself: there is a Mautic, it knows the
	 * client, the Authorization header arrives.
	 */
	protected function opening( bool $with_client = true ): array {
		$refusal = fn( string $type, int $status ) => $this->json( array( 'errors' => array( array( 'message' => 'No.', 'code' => $status, 'type' => $type ) ) ), $status );
		return array( $refusal( 'invalid_request', 400 ), ...( $with_client ? array( $refusal( 'invalid_grant', 400 ) ) : array() ), ...array( $refusal( 'invalid_grant', 401 ) ) );
	}

	/** The answer to a look at the contacts. */
	protected function contacts(): array {
		return $this->json( array( 'total' => '0', 'contacts' => new stdClass() ) );
	}

	protected function token( int $number ): array {
		return $this->json( array( 'access_token' => "access-$number", 'expires_in' => 3600, 'token_type' => 'bearer', 'scope' => null, 'refresh_token' => "refresh-$number" ) );
	}

	protected function identity(): array {
		return $this->json( array( 'id' => 1, 'username' => 'ada', 'firstName' => 'Ada', 'lastName' => 'Admin', 'email' => 'ada@example.test', 'role' => array( 'name' => 'Administrator' ) ), 200, array( 'mautic-version' => '7.0.0' ) );
	}

	protected function json( array $body, int $status = 200, array $headers = array() ): array {
		return array(
			'response' => array( 'code' => $status, 'message' => '' ),
			'headers'  => array( 'content-type' => 'application/json' ) + $headers,
			'body'     => wp_json_encode( $body ),
		);
	}

	/** Changes what is stored, as time or another version would. */
	protected function set_document( callable $change ): void {
		$storage  = new Storage( Connector_For_Mautic\Cipher::of_site() );
		$document = json_decode( $storage->read(), true );
		$this->assertSame( Storage::STORED, $storage->write( wp_json_encode( $change( $document ) ), $document['revision'] ) );
	}

	protected function document(): string {
		return ( new Storage( Connector_For_Mautic\Cipher::of_site() ) )->read();
	}
}
