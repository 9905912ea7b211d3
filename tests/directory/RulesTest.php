<?php
/**
 * The plugin as it is built keeps the rules of the plugin directory, and each rule finds who breaks it.
 *
 * @package Connector_For_Mautic
 */

final class RulesTest extends PHPUnit\Framework\TestCase {

	/** @dataProvider rules */
	public function test_the_plugin_keeps_the_rule( string $rule ): void {
		$this->assertSame( array(), $this->of_the_plugin( $rule ) );
	}

	/** @return string[] What is against a rule in the plugin itself. */
	private function of_the_plugin( string $rule ): array {
		static $plugin, $found = array();
		$plugin ??= new Plugin_Folder( PLUGIN );
		return $found[ $rule ] ??= self::all()[ $rule ]( $plugin );
	}

	public function test_every_rule_has_offenders(): void {
		$this->assertSame( array(), array_diff_key( $this->rules(), $this->rules_with_offenders() ) );
		$this->assertSame( array(), array_diff_key( $this->rules_with_offenders(), $this->rules() ), 'offenders against no rule' );
	}

	/**
	 * Breaks a rule in a copy of the plugin: what was not found before is found now.
	 *
	 * @dataProvider offenders
	 * @param string $rule     Its name.
	 * @param string $file     Within the plugin's folder.
	 * @param string $contents All of it; or with `$instead`, what replaces that.
	 * @param string $instead  A part of the file as it is.
	 */
	public function test_who_breaks_the_rule_is_found( string $rule, string $file, string $contents, string $instead = '' ): void {
		$folder = $this->copy();
		$path   = "$folder/$file";
		if ( '' !== $instead ) {
			$this->assertStringContainsString( $instead, file_get_contents( $path ), 'the test itself is wrong' );
			$contents = str_replace( $instead, $contents, file_get_contents( $path ) );
		}
		is_dir( dirname( $path ) ) || mkdir( dirname( $path ), 0755, true );
		file_put_contents( $path, $contents );
		str_ends_with( $file, '.cgi' ) && chmod( $path, 0755 );
		$this->assertNotSame( array(), array_diff( self::all()[ $rule ]( new Plugin_Folder( $folder ) ), $this->of_the_plugin( $rule ) ) );
	}

	/** A good neighbour of an offender: what looks alike and is allowed. */
	public function test_what_is_allowed_is_not_found(): void {
		$folder = $this->copy();
		file_put_contents(
			"$folder/includes/class-good.php",
			"<?php\nnamespace Connector_For_Mautic;\ndefined( 'ABSPATH' ) || exit;\n" . <<<'PHP'
			// goto eval( is a word here, and so are curl_exec() and `date`.
			$text = 'eval() <?php ` goto <<<X';
			$object->exec( 'x' );
			Other::unlink( $text );
			echo 'literal', esc_html( $text ), (int) $text, $text ? esc_html( $a ) : 'b';
			printf( '<p>%s</p>', esc_html__( 'Nothing', 'connector-for-mautic' ) );
			if ( isset( $_GET['x'] ) && is_string( $_GET['x'] ) ) {
				$x = sanitize_key( $_GET['x'] );
			}
			wp_safe_redirect( admin_url() );
			exit;
			PHP
		);
		$after = new Plugin_Folder( $folder );
		foreach ( Code_Rules::all() + WordPress_Rules::all() as $name => $rule ) {
			$this->assertSame( $this->of_the_plugin( $name ), $rule( $after ), $name );
		}
	}

	/** @return array<string, callable(Plugin_Folder): string[]> */
	private static function all(): array {
		return Code_Rules::all() + WordPress_Rules::all() + File_Rules::all() + Readme_Rules::all();
	}

	public function rules(): array {
		return array_combine( array_keys( self::all() ), array_map( static fn( $name ) => array( $name ), array_keys( self::all() ) ) );
	}

	public function offenders(): array {
		return require __DIR__ . '/offenders.php';
	}

	private function rules_with_offenders(): array {
		return array_flip( array_column( $this->offenders(), 0 ) );
	}

	/** A copy of the plugin, under its own name, which goes with the test. */
	private function copy(): string {
		$folder = sys_get_temp_dir() . '/' . uniqid( 'directory-' );
		mkdir( $folder );
		exec( 'cp -R ' . escapeshellarg( PLUGIN ) . ' ' . escapeshellarg( PLUGIN . '.zip' ) . ' ' . escapeshellarg( $folder ) );
		$this->copies[] = $folder;
		return "$folder/" . basename( PLUGIN );
	}

	/** @var string[] */
	private array $copies = array();

	protected function tearDown(): void {
		foreach ( $this->copies as $folder ) {
			exec( 'rm -rf ' . escapeshellarg( $folder ) );
		}
	}
}
