<?php
/**
 * The log on the page, and as a file.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Log;
use Connector_For_Mautic\Log_Download;

final class LogSectionTest extends Connected_Case {

	protected function setUp(): void {
		parent::setUp();
		delete_option( 'connector_for_mautic_log' );
	}

	public function test_an_empty_log_says_so(): void {
		$section = $this->section();
		$this->assertStringContainsString( 'Nothing has happened yet.', $section->evaluate( 'string(//section)' ) );
		$this->assertSame( 0.0, $section->evaluate( 'count(//table)' ) );
		$this->assertSame( 'Download log', $section->evaluate( 'string(//button)' ) );
	}

	public function test_a_row_has_time_words_and_codes(): void {
		update_option( 'timezone_string', 'Asia/Tokyo' );
		$this->set_log( array( '{"at":1700000000,"code":"settings.saved"}', '{"at":1700003600,"code":"token.failed","error":"token.server_error","http_status":503}' ) );
		$section = $this->section();
		$rows    = array();
		foreach ( $section->query( '//tbody/tr' ) as $row ) {
			$rows[] = array_map( static fn( $cell ) => $cell->textContent, iterator_to_array( $section->query( 'td', $row ) ) );
		}
		$this->assertSame( 'November 15, 2023 8:13 am', $rows[0][0] );
		$this->assertSame( '2023-11-15T08:13:20+09:00', $section->evaluate( 'string(//tbody/tr[1]//time/@title)' ) );
		$this->assertSame( '2023-11-14T23:13:20+00:00', $section->evaluate( 'string(//tbody/tr[1]//time/@datetime)' ) );
		$this->assertMatchesRegularExpression( '/^No token could be had from Mautic\. .+ HTTP status: 503\.$/', $rows[0][1] );
		$this->assertSame( 'token.failed token.server_error', $rows[0][2] );
		$this->assertSame( array( 'November 15, 2023 7:13 am', 'Settings were saved.', 'settings.saved' ), $rows[1] );
	}

	public function test_the_table_is_one_for_who_cannot_see_it(): void {
		$this->set_log( array( '{"at":5,"code":"refreshed"}' ) );
		$section = $this->section();
		$this->assertSame( 'What has happened, newest first', $section->evaluate( 'string(//caption)' ) );
		$this->assertSame( 3.0, $section->evaluate( 'count(//thead/tr/th[@scope = "col"])' ) );
		// Not the name of the section around it: each region has its own.
		$this->assertSame( 'What has happened, newest first', $section->evaluate( 'string(//*[@id = //*[@role = "region"][@tabindex = "0"][table]/@aria-labelledby])' ) );
	}

	public function test_the_newest_fifty_are_shown_and_the_caption_says_of_how_many(): void {
		$this->set_log( array_map( static fn( $at ) => "{\"at\":$at,\"code\":\"refreshed\"}", range( 1, 60 ) ) );
		$section = $this->section();
		$this->assertSame( 50.0, $section->evaluate( 'count(//tbody/tr)' ) );
		$this->assertSame( '1970-01-01T00:01:00+00:00', $section->evaluate( 'string(//tbody/tr[1]//time/@datetime)' ) );
		$this->assertSame( 'The newest 50 of 60 entries, newest first', $section->evaluate( 'string(//caption)' ) );
	}

	public function test_what_is_no_entry_does_not_stand_in_the_page(): void {
		$this->set_log( array( '<script>alert(1)</script>', '{"at":5,"code":"<b>x</b>"}', '{"at":5,"code":"api.failed","error":"\"><b>"}' ) );
		$html = $this->html();
		$this->assertStringNotContainsString( '<script', $html );
		$this->assertStringNotContainsString( '<b>', $html );
		$this->assertStringContainsString( '<code>api.<wbr>failed</code>', $html );
	}

	public function test_the_section_is_on_the_page_also_where_the_connection_cannot_be_read(): void {
		$this->connect();
		putenv( 'CONNECTOR_FOR_MAUTIC_KEY=another key of the tests, long enough' );
		try {
			$this->assertStringContainsString( '<code>connected</code>', $this->page() );
		} finally {
			putenv( 'CONNECTOR_FOR_MAUTIC_KEY' );
		}
	}

	public function test_the_file_has_versions_status_and_every_entry(): void {
		$this->connect();
		$this->set_log( array_merge( array_fill( 0, 60, '{"at":5,"code":"refreshed"}' ), array( '{"at":1700003600,"code":"token.failed","error":"token.server_error","http_status":503}' ) ) );
		$text = Log_Download::text();
		foreach ( array( 'Connector for Mautic ' . CONNECTOR_FOR_MAUTIC_VERSION, get_bloginfo( 'version' ), PHP_VERSION, '7.0.0', home_url() ) as $fact ) {
			$this->assertStringContainsString( $fact, $text );
		}
		$this->assertSame( 60, substr_count( $text, "1970-01-01T00:00:05+00:00 refreshed\n" ) );
		$this->assertStringContainsString( "2023-11-14T23:13:20+00:00 token.failed error=token.server_error http_status=503\n", $text );
		$status = json_decode( substr( $text, strpos( $text, '{' ), strrpos( $text, '}' ) - strpos( $text, '{' ) + 1 ), true );
		$this->assertSame( 'connected', $status['status'] );
		$this->assertSame( array_keys( connector_for_mautic_status() ), array_keys( $status ) );
	}

	public function test_the_file_names_nobody_and_holds_no_secret(): void {
		$this->connect();
		$text = Log_Download::text();
		foreach ( array( 'ada@example.test', 'Ada', 's3cret', 'access-1', 'refresh-1', 'code-1', wp_get_current_user()->user_email, AUTH_KEY ) as $word ) {
			$this->assertStringNotContainsString( $word, $text );
		}
	}

	public function test_the_files_name_says_which_site_and_when(): void {
		update_option( 'home', 'https://Bücher.example.test:8443/x' );
		$this->assertSame( 'connector-for-mautic-b-cher.example.test-' . wp_date( 'Y-m-d' ) . '.txt', Log_Download::file_name() );
	}

	public function test_only_who_may_manage_the_connection_gets_it_and_with_a_nonce(): void {
		add_filter( 'wp_die_handler', static fn() => static fn( $message, $title, $args ) => throw new RuntimeException( $message . ( $args['response'] ?? '' ) ) );
		$refusals = array();
		foreach ( array( 0, 1 ) as $user ) {
			wp_set_current_user( $user );
			$this->post( 'save' );
			try {
				Log_Download::send();
			} catch ( RuntimeException $exception ) {
				$refusals[] = $exception->getMessage();
			}
		}
		$this->assertStringContainsString( 'not allowed', $refusals[0] );
		$this->assertStringContainsString( 'expired', $refusals[1] );
	}

	/** @param string[] $lines Lines. */
	private function set_log( array $lines ): void {
		delete_option( 'connector_for_mautic_log' );
		add_option( 'connector_for_mautic_log', "\n" . implode( "\n", $lines ), '', false );
	}

	private function html(): string {
		ob_start();
		Connector_For_Mautic\Log_Section::render();
		return ob_get_clean();
	}

	private function section(): DOMXPath {
		return $this->dom( $this->html() );
	}
}
