<?php
/**
 * Which requests are a return of ours.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Authorize_Return;
use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Settings_Page;
use Connector_For_Mautic\Storage;

final class AuthorizeReturnTest extends Plugin_Case {

	private array $request;

	protected function setUp(): void {
		parent::setUp();
		delete_option( Storage::option_name() );
		$this->request = array( $_GET, $_SERVER, $GLOBALS['pagenow'] ?? null );
	}

	protected function tearDown(): void {
		list( $_GET, $_SERVER, $GLOBALS['pagenow'] ) = $this->request;
		unset( $GLOBALS['current_screen'] );
		parent::tearDown();
	}

	/** @dataProvider requests */
	public function test_a_request( bool $ours, string $pagenow, string $query, string $method = 'GET' ): void {
		$this->request( $pagenow, $query, $method );
		$this->assertSame( $ours, Authorize_Return::is_ours() );
	}

	public function requests(): array {
		$state = 'state=cfm1.' . str_repeat( 'A', 32 );
		return array(
			'ours'                               => array( true, 'admin.php', "$state&code=abc" ),
			'ours, with an error'                => array( true, 'admin.php', "error=access_denied&$state" ),
			'ours, forged'                       => array( true, 'admin.php', 'state=cfm1.' ),
			'another plugin at the same address' => array( false, 'admin.php', 'state=f3a9&code=abc' ),
			'without a state'                    => array( false, 'admin.php', 'code=abc' ),
			'our mark in the middle'             => array( false, 'admin.php', 'state=xcfm1.AAAA&code=abc' ),
			'a list'                             => array( false, 'admin.php', 'state[]=cfm1.AAAA&code=abc' ),
			'a page of another plugin'           => array( false, 'admin.php', "page=other&$state&code=abc" ),
			'our own page'                       => array( false, 'admin.php', "page=connector-for-mautic&$state" ),
			'another file'                       => array( false, 'index.php', "$state&code=abc" ),
			'posted'                             => array( false, 'admin.php', "$state&code=abc", 'POST' ),
			'nothing'                            => array( false, 'admin.php', '' ),
		);
	}

	public function test_others_pass_through_without_a_trace(): void {
		global $wpdb;
		wp_set_current_user( 1 );
		$this->request( 'admin.php', 'state=f3a9&code=abc' );
		$before = $wpdb->num_queries;
		Authorize_Return::maybe_handle();
		$this->assertSame( $before, $wpdb->num_queries );
		$this->assertNull( Flash::take() );
	}

	public function test_a_forged_return_changes_nothing_and_leads_to_the_page(): void {
		wp_set_current_user( 1 );
		$this->request( 'admin.php', 'state=cfm1.' . str_repeat( 'A', 32 ) . '&code=stolen' );
		list( $target, $status ) = $this->redirect_of( array( Authorize_Return::class, 'maybe_handle' ) );
		$this->assertSame( array( Settings_Page::url(), 303 ), array( $target, $status ) );
		$flash = Flash::take();
		$this->assertFalse( $flash['ok'] );
		$this->assertSame( 'redirect.state_unknown', $flash['error']['code'] );
		$this->assertNull( $this->row( Storage::option_name() ) );
		$this->assertNull( Flash::take(), 'said twice' );
	}

	public function test_a_parameter_that_comes_twice_is_seen(): void {
		wp_set_current_user( 1 );
		$state = 'cfm1.' . str_repeat( 'A', 32 );
		$this->request( 'admin.php', "state=$state&code=one&code=two" );
		$this->redirect_of( array( Authorize_Return::class, 'maybe_handle' ) );
		$error = Flash::take()['error'];
		$this->assertSame( array( 'redirect.duplicate_parameter', 'code' ), array( $error['code'], $error['detail'] ) );
	}

	public function test_who_may_not_manage_the_connection_is_refused(): void {
		wp_set_current_user( 0 );
		$this->request( 'admin.php', 'state=cfm1.' . str_repeat( 'A', 32 ) . '&code=abc' );
		add_filter( 'wp_die_handler', static fn() => static fn( $message, $title, $args ) => throw new RuntimeException( $message, $args['response'] ) );
		$this->expectException( RuntimeException::class );
		$this->expectExceptionCode( 403 );
		Authorize_Return::maybe_handle();
	}

	public function test_the_redirect_uri_is_the_bare_address(): void {
		$this->assertSame( admin_url( 'admin.php' ), Authorize_Return::redirect_uri() );
		$this->assertStringNotContainsString( '?', Authorize_Return::redirect_uri() );
	}

	public function test_the_redirect_uri_has_its_host_in_ascii(): void {
		add_filter( 'admin_url', static fn() => 'https://exämple.test/wp-admin/admin.php' );
		$this->assertSame( 'https://xn--exmple-cua.test/wp-admin/admin.php', Authorize_Return::redirect_uri() );
	}

	private function request( string $pagenow, string $query, string $method = 'GET' ): void {
		$GLOBALS['pagenow']        = $pagenow;
		$_SERVER['REQUEST_METHOD'] = $method;
		$_SERVER['QUERY_STRING']   = addslashes( $query );
		parse_str( $query, $_GET );
	}
}
