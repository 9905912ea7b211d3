<?php
/**
 * The page.
 *
 * @package Connector_For_Mautic
 */

use Connector_For_Mautic\Cipher;
use Connector_For_Mautic\Connection_Card;
use Connector_For_Mautic\Flash;
use Connector_For_Mautic\Form_Handler;
use Connector_For_Mautic\Result;
use Connector_For_Mautic\Storage;

final class SettingsPageTest extends Plugin_Case {

	private const SECRET = 'a-secret-of-the-tests';

	protected function setUp(): void {
		parent::setUp();
		delete_option( Storage::option_name() );
		wp_set_current_user( 1 );
	}

	protected function tearDown(): void {
		$_GET = array();
		unset( $GLOBALS['current_screen'] );
		parent::tearDown();
	}

	public function test_names_and_labels_are_the_documented_ones(): void {
		$page   = $this->dom( $this->page() );
		$fields = array(
			'base_url'                    => 'Base URL',
			'client_id'                   => 'Client ID',
			'client_secret'               => 'Client secret',
			'username'                    => 'User name',
			'password'                    => 'Password',
			'refresh_token_lifetime_days' => 'Refresh token lifetime (days)',
		);
		foreach ( $fields as $name => $label ) {
			$this->assertSame( $label, $page->evaluate( "string(//label[@for = //input[@name = '$name']/@id])" ) );
		}
		foreach ( array( 'authorization_code', 'client_credentials', 'basic' ) as $method ) {
			$this->assertSame( 1.0, $page->evaluate( "count(//fieldset[legend = 'Method']//input[@type = 'radio'][@name = 'auth_method'][@value = '$method'][@id = //label/@for])" ) );
		}
		$this->assertSame( 'authorization_code', $page->evaluate( "string(//input[@name = 'auth_method'][@checked]/@value)" ) );
		$this->assertSame( 1.0, $page->evaluate( "count(//label[normalize-space() = 'Send the access token in the address']/input[@name = 'token_in_query'][@type = 'checkbox'][not(@checked)])" ) );
		foreach ( array( 'notify_lost', 'notify_recovered' ) as $name ) {
			$this->assertSame( 1.0, $page->evaluate( "count(//fieldset[legend = 'E-mails']//label/input[@type = 'checkbox'][@name = '$name'][@value = '1'][@checked])" ) );
			$this->assertSame( 1.0, $page->evaluate( "count(//input[@type = 'hidden'][@name = '$name'][@value = '0'][following::input[@name = '$name']])" ) );
		}
		$this->assertSame( admin_url( 'admin.php' ), $page->evaluate( "string(//input[@id = //label[. = 'Redirect URI']/@for][@readonly]/@value)" ) );
		$this->assertSame(
			array( 'Connection status', 'Account e-mail', 'Token renewal', 'Reconnect by', 'Mautic server', 'Last good answer' ),
			array_map( static fn( $term ) => $term->textContent, iterator_to_array( $page->query( '//dl//dt' ) ) )
		);
		$this->assertSame(
			array( 'Authorize', 'Refresh token', 'Test connection', 'Disconnect', 'Copy redirect URI', 'Copy redirect URI', 'Explain', 'Copy', 'Save settings', 'Download log', 'Reset' ),
			array_map( static fn( $button ) => $button->textContent, iterator_to_array( $page->query( '//button' ) ) )
		);
	}

	public function test_a_stored_secret_is_nowhere_in_the_page(): void {
		$this->save();
		$html = $this->page();
		$this->assertStringNotContainsString( self::SECRET, $html );
		$this->assertSame( '', $this->dom( $html )->evaluate( "string(//input[@name = 'client_secret']/@value)" ) );
		$this->assertSame( '1_abc', $this->dom( $html )->evaluate( "string(//input[@name = 'client_id']/@value)" ) );
	}

	public function test_no_handler_and_no_style_stands_in_the_html(): void {
		$page = $this->dom( $this->page() );
		$this->assertSame( 0.0, $page->evaluate( 'count(//@*[starts-with(name(), "on") or name() = "style"])' ) );
		$this->assertSame( 0.0, $page->evaluate( 'count(//style | //script[not(@type = "application/json")])' ) );
	}

	public function test_ids_are_unique_and_what_they_point_to_is_there(): void {
		$this->save();
		$page = $this->dom( $this->page() );
		$ids  = array_map( static fn( $id ) => $id->value, iterator_to_array( $page->query( '//@id' ) ) );
		$this->assertSame( array_unique( $ids ), $ids );
		foreach ( $page->query( '//@aria-describedby | //@aria-labelledby | //@for' ) as $reference ) {
			foreach ( explode( ' ', $reference->value ) as $id ) {
				$this->assertContains( $id, $ids );
			}
		}
	}

	public function test_every_change_is_a_posted_form_with_a_nonce_of_its_own(): void {
		$this->save();
		$page  = $this->dom( $this->page() );
		$forms = array();
		foreach ( $page->query( '//form[@method = "post"]' ) as $form ) {
			$action = $page->evaluate( 'string(.//input[@name = "action"]/@value)', $form );
			$this->assertSame( admin_url( 'admin-post.php' ), $form->getAttribute( 'action' ) );
			$this->assertSame( 1, wp_verify_nonce( $page->evaluate( 'string(.//input[@name = "_wpnonce"]/@value)', $form ), $action ) );
			$forms[] = str_replace( 'connector_for_mautic_', '', $action );
		}
		$this->assertSame( array( 'authorize', 'refresh', 'test', 'explain', 'save', 'download_log' ), $forms );
	}

	public function test_reset_asks_first_without_javascript(): void {
		$this->save();
		$ask = $this->dom( $this->page() )->query( '//form[@method = "get"][.//button[. = "Reset"]]' );
		$this->assertCount( 1, $ask );
		$_GET = array(
			'page'    => 'connector-for-mautic',
			'confirm' => 'reset',
		);
		$page = $this->dom( $this->page() );
		$this->assertSame( 1.0, $page->evaluate( 'count(//form)' ) );
		$this->assertSame( 'connector_for_mautic_reset', $page->evaluate( 'string(//form[@method = "post"][.//button[. = "Reset"]]//input[@name = "action"]/@value)' ) );
		$this->assertSame( 'Cancel', $page->evaluate( 'string(//a)' ) );
		$this->assertSame( 'ready', connector_for_mautic_status()['status'], 'asking changes nothing' );
	}

	public function test_problems_stand_at_their_fields_with_what_was_typed(): void {
		$values = array(
			'base_url'                    => 'ftp://"><script>alert(1)</script>',
			'client_id'                   => '',
			'refresh_token_lifetime_days' => '0',
		);
		Flash::set( 'save', Form_Handler::save_values( $values + array( 'client_secret' => self::SECRET ) ), $values );
		$html = $this->page();
		$this->assertStringNotContainsString( '<script>alert', $html );
		$page = $this->dom( $html );
		$this->assertSame( $values['base_url'], $page->evaluate( 'string(//input[@name = "base_url"]/@value)' ) );
		foreach ( array( 'base_url', 'client_id', 'refresh_token_lifetime_days' ) as $name ) {
			$this->assertSame( 'true', $page->evaluate( "string(//input[@name = '$name']/@aria-invalid)" ) );
			$this->assertNotSame( '', $page->evaluate( "string(//*[@id = 'cfm-$name-problem'])" ) );
			$this->assertSame( 1.0, $page->evaluate( "count(//*[@role = 'alert']//a[@href = '#cfm-$name'])" ) );
		}
		$this->assertSame( '', $page->evaluate( 'string(//input[@name = "client_secret"]/@aria-invalid)' ) );
	}

	public function test_times_are_in_the_sites_time_zone_and_format(): void {
		$status = array(
			'status'       => 'connected',
			'reconnect_by' => gmmktime( 22, 30, 0, 12, 31, 2030 ),
			'last_error'   => null,
		);
		update_option( 'date_format', 'Y-m-d' );
		update_option( 'time_format', 'H:i' );
		foreach ( array( 'Asia/Tokyo' => '2031-01-01 07:30', 'America/New_York' => '2030-12-31 17:30' ) as $zone => $expected ) {
			update_option( 'timezone_string', $zone );
			ob_start();
			( new Connection_Card( array( 'status' => $status ) ) )->render();
			$this->assertSame( $expected, $this->dom( ob_get_clean() )->evaluate( "string(//dd[preceding-sibling::dt = 'Reconnect by']/div[not(@hidden)]/*[1])" ) );
		}
	}

	public function test_foreign_words_are_escaped(): void {
		Flash::set(
			'return',
			new Result(
				array(
					'ok'    => false,
					'error' => array(
						'code'   => 'token.html',
						'kind'   => 'transient',
						'detail' => '<img src=x onerror=alert(1)>',
					),
				)
			)
		);
		$html = $this->page();
		$this->assertStringNotContainsString( '<img', $html );
		$this->assertStringContainsString( '&lt;img src=x', $html );
	}

	public function test_a_connection_that_cannot_be_read_is_explained_and_can_only_be_reset(): void {
		$this->save();
		$this->set_row( Storage::option_name(), ( new Cipher( self::KEY ) )->encrypt( '{}', 1, '1|1|default' ) );
		$page = $this->dom( $this->page() );
		$this->assertStringContainsString( 'keys in wp-config.php have changed', $page->evaluate( 'string(//*[@role = "alert"])' ) );
		$this->assertSame( 0.0, $page->evaluate( 'count(//input[@name = "client_secret"])' ) );
		$this->assertSame( 1.0, $page->evaluate( 'count(//button[. = "Reset"][not(@disabled)])' ) );
	}

	public function test_the_scripts_data_has_what_it_needs_and_no_secret(): void {
		$this->save();
		$data = json_decode( $this->dom( $this->page() )->evaluate( 'string(//script[@id = "connector-for-mautic-data"])' ), true );
		$this->assertSame(
			array(
				'type'               => 'settings_checked',
				'redirect_uri'       => admin_url( 'admin.php' ),
				'stored_auth_method' => 'authorization_code',
				'stored_base_url'    => 'https://mautic.example.test',
				'stored_client_id'   => '1_abc',
				'stored_secret'      => true,
				'stored_username'    => '',
				'stored_password'    => false,
				'stored_grant'       => false,
			),
			$data['checks']['event']
		);
		$this->assertSame( array( 'allow_http', 'allow_private_hosts' ), array_keys( $data['core']['overrides'] ) );
		$this->assertFileExists( SITE . strtok( substr( $data['core']['wasm'], strlen( site_url() ) ), '?' ) );
	}

	public function test_each_module_is_there_has_the_version_in_its_address_and_needs_no_import_map(): void {
		$modules = new WP_Script_Modules();
		$saved   = $GLOBALS['wp_script_modules'];
		$GLOBALS['wp_script_modules'] = $modules;
		try {
			Connector_For_Mautic\Script_Modules::enqueue();
			ob_start();
			Connector_For_Mautic\Script_Modules::render_preloads();
			do_action( 'admin_print_footer_scripts' );
			$html = ob_get_clean();
		} finally {
			$GLOBALS['wp_script_modules'] = $saved;
		}
		$page   = $this->dom( $html );
		$folder = dirname( CONNECTOR_FOR_MAUTIC_FILE ) . '/assets/';
		$entry  = $page->evaluate( 'string(//script[@type = "module"][@id = "connector-for-mautic-js-module"]/@src)' );
		$this->assertSame( plugins_url( 'assets/settings.js?ver=' . CONNECTOR_FOR_MAUTIC_VERSION, CONNECTOR_FOR_MAUTIC_FILE ), $entry );
		$this->assertStringNotContainsString( '"@connector-for-mautic', $html );
		// All that is imported, from the entry on; addresses as the browser will make them.
		$imported = array( $entry => 'settings.js' );
		for ( $at = 0; $at < count( $imported ); ++$at ) {
			preg_match_all( '/(?:from |import\( ?)\'([^\']+)\'/', file_get_contents( $folder . array_values( $imported )[ $at ] ), $found );
			foreach ( $found[1] as $name ) {
				$this->assertMatchesRegularExpression( '~^\./[a-z]+(/[a-z]+)?\.js\?ver=' . preg_quote( CONNECTOR_FOR_MAUTIC_VERSION, '~' ) . '$~', $name );
				$imported[ dirname( $entry ) . substr( $name, 1 ) ] = substr( strtok( $name, '?' ), 2 );
			}
		}
		$this->assertEqualsCanonicalizing( array_diff( array_map( 'basename', glob( $folder . '*.js' ) ), array( 'connectors.js' ) ), array_values( array_diff( $imported, array( 'wasm/core.js' ) ) ), 'each file of assets/ is a module of the page' );
		$preloaded = array_map( static fn( $link ) => $link->getAttribute( 'href' ), iterator_to_array( $page->query( '//link[@rel = "modulepreload"]' ) ) );
		$this->assertEqualsCanonicalizing( array_keys( array_diff( $imported, array( 'settings.js', 'wasm/core.js' ) ) ), $preloaded, 'and fetched under the address that it is imported by' );
	}

	public function test_a_mail_that_is_switched_off_stays_off_and_is_shown_so(): void {
		$this->save();
		$this->assertTrue( Form_Handler::save_values( array( 'notify_lost' => '0' ) )->ok() );
		$page = $this->dom( $this->page() );
		$this->assertSame( 0.0, $page->evaluate( 'count(//input[@name = "notify_lost"][@checked])' ) );
		$this->assertSame( 1.0, $page->evaluate( 'count(//input[@name = "notify_recovered"][@checked])' ) );
	}

	public function test_of_a_connection_that_never_was_none_is_said_to_be_kept(): void {
		$this->save();
		Flash::set( 'return', new Result( array( 'ok' => false, 'error' => array( 'code' => 'transport.timeout', 'kind' => 'transient' ) ) ) );
		$html = $this->page();
		$this->assertStringNotContainsString( 'is kept', $html );
		$this->assertStringContainsString( 'press Authorize to try again', $html );
	}

	public function test_style_and_script_are_added_on_this_page_alone(): void {
		set_current_screen( 'dashboard' );
		do_action( 'admin_enqueue_scripts', 'index.php' );
		$this->assertFalse( wp_style_is( 'connector-for-mautic-settings' ) );
		$this->page();
		do_action( 'admin_enqueue_scripts', 'toplevel_page_connector-for-mautic' );
		$this->assertTrue( wp_style_is( 'connector-for-mautic-settings' ) );
	}

	public function test_the_menu_entry_asks_for_the_filtered_capability(): void {
		add_filter( 'connector_for_mautic_capability', static fn() => 'edit_others_posts' );
		$GLOBALS['menu'] = array();
		Connector_For_Mautic\Settings_Page::add_to_menu();
		$this->assertSame( array( 'Mautic', 'edit_others_posts', 'connector-for-mautic' ), array_slice( end( $GLOBALS['menu'] ), 0, 3 ) );
	}

	private function save(): void {
		$result = Form_Handler::save_values(
			array(
				'base_url'      => 'https://mautic.example.test',
				'client_id'     => '1_abc',
				'client_secret' => self::SECRET,
			)
		);
		$this->assertTrue( $result->ok() );
	}
}
