<?php
/**
 * Codes in words.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Explain_Messages;
use Connector_For_Mautic\Messages;
use Connector_For_Mautic\Method;
use Connector_For_Mautic\Result;
use Connector_For_Mautic\Server_Messages;

final class MessagesTest extends Plugin_Case {

	/** @dataProvider codes */
	public function test_a_code_says_what_happened_and_what_to_do( string $code ): void {
		$words   = Messages::of( array( 'code' => $code ) );
		$unknown = Messages::of( array( 'code' => 'no.such_code' ) );
		$this->assertNotSame( $unknown['fix'], $words['fix'], 'no sentence of its own' );
		foreach ( $words as $sentence ) {
			$this->assertMatchesRegularExpression( '/\A\S.{10,}[.:]\z/us', $sentence );
			$this->assertStringNotContainsString( $code, $sentence );
			$this->assertStringNotContainsString( '<', $sentence );
		}
		$this->assertNotSame( $words['message'], $words['fix'] );
	}

	/** Every code that the contract between core and shell lists. */
	public function codes(): array {
		$contract = file_get_contents( dirname( __DIR__, 2 ) . '/docs/boundary.md' );
		$table    = strstr( $contract, '## Error codes' );
		preg_match_all( '/`([a-z_]+\.[a-z0-9_]+)`/', $table, $matches );
		$codes = array_unique( $matches[1] );
		return array_combine( $codes, array_map( static fn( $code ) => array( $code ), $codes ) );
	}

	public function test_the_contract_lists_codes(): void {
		$codes = array_keys( $this->codes() );
		$this->assertGreaterThan( 70, count( $codes ) );
		$this->assertContains( 'token.invalid_grant', $codes );
		$this->assertContains( 'core.jit', $codes );
	}

	public function test_every_code_of_the_core_is_in_the_contract(): void {
		$listed = $this->codes();
		$found  = 0;
		foreach ( glob( dirname( __DIR__, 2 ) . '/src/*.rs' ) as $file ) {
			preg_match_all( '/Problem::(?:user|transient|misuse|new)\(\s*"([a-z_]+\.[a-z0-9_]+)"/', file_get_contents( $file ), $matches );
			foreach ( $matches[1] as $code ) {
				$this->assertArrayHasKey( $code, $listed, basename( $file ) );
				++$found;
			}
		}
		$this->assertGreaterThan( 20, $found );
	}

	public function test_every_code_of_the_shell_has_words(): void {
		$unknown = Messages::of( array( 'code' => 'no.such_code' ) );
		$found   = array();
		foreach ( glob( SITE . '/wp-content/plugins/connector-for-mautic/includes/class-*.php' ) as $file ) {
			preg_match_all( "/(?:_Exception\(|::failure\(|'code' +=>) '((?!key\.)[a-z_]+\.[a-z0-9_]+)'/", file_get_contents( $file ), $matches );
			array_push( $found, ...$matches[1] );
		}
		$this->assertContains( 'core.trap', $found );
		$this->assertContains( 'api_call.file_unreadable', $found );
		foreach ( array_unique( $found ) as $code ) {
			$this->assertNotSame( $unknown['fix'], Messages::of( array( 'code' => $code ) )['fix'], $code );
		}
	}

	public function test_notes_of_the_contract_have_words(): void {
		foreach ( array( 'base_url.scheme_added', 'base_url.path_removed', 'base_url.host_ascii', 'connection.will_be_dropped' ) as $note ) {
			$this->assertNotSame( '', Messages::note( $note ) );
		}
	}

	public function test_only_a_connection_that_is_there_is_said_to_be_kept(): void {
		$error = array( 'code' => 'token.html' );
		foreach ( array( 'connected', 'attention', 'needs_authorization' ) as $status ) {
			$this->assertStringEndsWith( 'The connection is kept.', Messages::text( $error, array( 'status' => $status ) ) );
		}
		foreach ( array( 'not_configured', 'ready', 'pending' ) as $status ) {
			$text = Messages::text( $error, array( 'status' => $status ) );
			$this->assertStringNotContainsString( 'is kept', $text );
			$this->assertStringContainsString( 'press Authorize', $text );
		}
		$this->assertStringContainsString( 'press Test connection', Messages::text( $error, array( 'status' => 'ready', 'auth_method' => 'basic' ) ) );
	}

	/**
	 * @testWith ["redirect_uri_differs"]
	 *           ["client_differs"]
	 *           ["server_differs"]
	 *           ["returned_elsewhere"]
	 */
	public function test_what_is_about_an_address_names_it( string $code ): void {
		$error = array(
			'code'   => 'explain.' . $code,
			'detail' => 'other.example',
		);
		$this->assertStringContainsString( 'other.example', Messages::of( $error )['message'] );
		$this->assertSame( '', Messages::said( $error ) );
	}

	public function test_an_address_that_is_suggested_is_named(): void {
		$this->assertSame( 'A Mautic was found at https://mautic.example.', Explain_Messages::suggestion( array( 'suggestion' => 'https://mautic.example' ) ) );
		$this->assertSame( '', Explain_Messages::suggestion( array( 'code' => 'token.not_found' ) ) );
	}

	/**
	 * What is said only of the authorization code: its way to Mautic and back, and its refresh token.
	 */
	private const OF_THE_CODE = array( 'token.code_invalid', 'token.redirect_uri_mismatch', 'token.refresh_answer_lost', 'connection.needs_authorization' );

	/**
	 * @testWith ["client_credentials"]
	 *           ["basic"]
	 */
	public function test_who_has_no_button_authorize_is_not_sent_to_it( string $method ): void {
		foreach ( array_keys( $this->codes() ) as $code ) {
			if ( ! in_array( $code, self::OF_THE_CODE, true ) && ! preg_match( '/\A(?:redirect|authorize|explain)\./', $code ) ) {
				foreach ( array( 'ready', 'connected' ) as $status ) {
					$this->assertStringNotContainsString( 'Authorize', Messages::text( array( 'code' => $code ), array( 'status' => $status, 'auth_method' => $method ) ), $code );
				}
			}
		}
	}

	public function test_a_refused_client_without_a_person_is_told_of_the_administrator(): void {
		$words = static fn( $method ) => Messages::text( array( 'code' => 'token.unauthorized_client' ), array( 'auth_method' => $method ) );
		$this->assertStringContainsString( 'administrator', $words( 'client_credentials' ) );
		$this->assertStringNotContainsString( 'administrator', $words( 'authorization_code' ) );
	}

	public function test_a_web_server_that_keeps_the_header_is_told_the_lines(): void {
		foreach ( Method::cases() as $method ) {
			$status = array( 'auth_method' => $method->value );
			$text   = Messages::text( array( 'code' => 'api.header_stripped' ), $status );
			foreach ( Server_Messages::HEADER_LINES as $line ) {
				$this->assertStringContainsString( $line, $text );
			}
			$this->assertSame( Method::BASIC !== $method, str_contains( $text, 'Send the access token in the address' ) );
		}
	}

	public function test_a_parameter_of_a_caller_is_not_taken_for_an_answer(): void {
		$text = Messages::text( array( 'code' => 'api_call.query_invalid', 'detail' => 'access_token' ) );
		$this->assertStringContainsString( '“access_token” in the query', $text );
		$this->assertStringNotContainsString( 'The answer was', $text );
	}

	public function test_an_unknown_code_is_named(): void {
		$this->assertStringContainsString( 'future.code', Messages::text( array( 'code' => 'future.code' ) ) );
		$this->assertNotSame( '', Messages::text( array() ) );
	}

	public function test_host_and_foreign_words_are_in_the_text_as_they_are(): void {
		$this->assertStringContainsString( '“exämple.org”', Messages::text( array( 'code' => 'base_url.host_not_ascii', 'host' => 'exämple.org' ) ) );
		$this->assertStringContainsString( '“<b>down</b>”', Messages::text( array( 'code' => 'token.html', 'detail' => '<b>down</b>' ) ) );
	}

	public function test_an_error_of_the_public_function_has_code_and_text(): void {
		$error = ( new Result( array( 'ok' => false, 'error' => array( 'code' => 'transport.dns', 'kind' => 'transient' ) ) ) )->to_wp_error();
		$this->assertSame( 'connector_for_mautic.transport.dns', $error->get_error_code() );
		$this->assertSame( 'transient', $error->get_error_data()['kind'] );
		$this->assertStringContainsString( 'could not be found', $error->get_error_message() );
	}
}
