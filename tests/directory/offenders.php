<?php
/**
 * Who breaks which rule: the rule, a file, its contents, and what they stand in place of (nothing: they are all of it).
 *
 * @package Connector_For_Mautic
 */

$class = static fn( string $code ): string => "<?php\nnamespace Connector_For_Mautic;\ndefined( 'ABSPATH' ) || exit;\n$code\n";
$plain = static fn( string $code ): string => "<?php\ndefined( 'ABSPATH' ) || exit;\n$code\n";
$bad   = 'includes/class-bad.php';
$main  = 'connector-for-mautic.php';

$offenders = array();
$add       = static function ( string $rule, string ...$offender ) use ( &$offenders ): void {
	$offenders[ $rule . ', ' . count( $offenders ) ] = array( $rule, ...$offender );
};

$add( 'every file ends at once if it is called by itself', $bad, "<?php\nnamespace Connector_For_Mautic;\n\nfinal class Bad {}\n" );
$add( 'every file ends at once if it is called by itself', $bad, "<?php\nwork();\ndefined( 'ABSPATH' ) || exit;\n" );
$add( 'every file ends at once if it is called by itself', 'includes/core/bad.php', "<?php\nreturn work();\n" );
$add( 'every file ends at once if it is called by itself', 'uninstall.php', 'ABSPATH', 'WP_UNINSTALL_PLUGIN' );

foreach ( array( 'goto a; a:', "\$a = <<<X\ntext\nX;", "\$a = <<<'X'\ntext\nX;", 'eval( $a );', '$a = `ls`;', '$$a = 1;', '${$a} = 1;', '?>text' ) as $code ) {
	$add( 'no construct that is forbidden', $bad, $class( $code ) );
}
$add( 'no construct that is forbidden', 'includes/core/core.php', $class( 'goto a; a:' ) );

foreach ( array( 'create_function( 1, 2 );', 'proc_open( $a );', '\passthru( $a );', 'str_rot13( $a );', '$a = base64_decode( $b );', 'set_time_limit( 0 );', 'ini_set( 1, 2 );', 'error_log( $a );', 'var_dump( $a );', 'curl_exec( $a );', 'fopen( $a );', 'unlink( $a );', 'mt_rand();', 'parse_url( $a );', 'strip_tags( $a );', 'json_encode( $a );', 'date( 1 );', 'load_plugin_textdomain( 1 );', 'mysqli_connect();', "call_user_func( 'system', \$a );" ) as $code ) {
	$add( 'no function that is forbidden', $bad, $class( $code ) );
}
$add( 'no function that is forbidden', 'includes/core/core.php', $class( '\error_log( 1 );' ) );
$add( 'no function that is forbidden', $bad, $class( 'ini_set( 1, 2 ); // phpcs:ignore WordPress.PHP.IniSet.Risky' ) );
$add( 'no function that is forbidden', $bad, $class( 'curl_setopt( 1, 2 ); // phpcs:ignore WordPress.PHP.IniSet.Risky -- Another sniff.' ) );

foreach ( array( 'http://localhost/x', 'https://127.0.0.1:8000', 'http://mysite.local/', 'https://bit.ly/x' ) as $url ) {
	$add( 'no word that has no place here', $bad, $class( "\$a = '$url';" ) );
}
foreach ( array( "define( 'ALLOW_UNFILTERED_UPLOADS', true );", "add_filter( 'pre_set_site_transient_update_plugins', 'x' );", "// This file was encoded by x.", 'file_put_contents( __DIR__ . "/x", 1 );' ) as $code ) {
	$add( 'no word that has no place here', $bad, $class( $code ) );
}

$add( 'only tags and bytes as they should be', $bad, "\xEF\xBB\xBF" . $class( '' ) );
$add( 'only tags and bytes as they should be', $bad, "\n" . $class( '' ) );
$add( 'only tags and bytes as they should be', $bad, $class( '?><?= $a ?>' ) );
$add( 'lines that can be read', $bad, $class( '$a = ' . str_repeat( '$b + ', 120 ) . '1;' ) );
$add( 'lines that can be read', 'includes/core/core.php', $class( '$a = ' . str_repeat( '$b + ', 120 ) . '1;' ) );
$add( 'every exception has its reason', $bad, $class( 'x(); // phpcs:ignore' ) );
$add( 'every exception has its reason', $bad, $class( 'x(); // phpcs:ignore WordPress.DB.PreparedSQL' ) );
$add( 'every exception has its reason', $bad, $class( '// phpcs:disable WordPress.DB -- Never on again.' ) );
$add( 'nothing that the oldest supported WordPress does not have', $bad, $class( 'wp_get_ability( 1 );' ) );
$add( 'nothing that WordPress has deprecated', $bad, $class( 'get_settings( 1 );' ) );

foreach ( array( 'echo $a;', 'echo "a $a";', 'echo esc_html( $a ) . $b;', 'echo $a ? $b : esc_html( $c );', 'print $a;', "printf( '%s', \$a );", "printf( '%s', esc_html( \$a ), self::X );", 'exit( $a );', 'wp_die( $a );', "echo __( 'x', 'connector-for-mautic' );", 'throw new \Exception( $a );', 'echo sprintf( "%s", $a );', "echo \$a; // phpcs:ignore WordPress.Security.EscapeOutput" ) as $code ) {
	$add( 'what is printed is escaped there', $bad, $class( $code ) );
}
foreach ( array( "\$a = \$_GET['x'];", "x( \$_POST );", "\$a = wp_unslash( \$_SERVER['QUERY_STRING'] );" ) as $code ) {
	$add( 'what comes in is looked at first', $bad, $class( $code ) );
}
foreach ( array( 'wp_redirect( $a ); exit;', 'wp_safe_redirect( $a ); return;', "header( 'Location: x' );" ) as $code ) {
	$add( 'a redirect is safe, and the end', $bad, $class( $code ) );
}
foreach ( array( "register_rest_route( 'connector-for-mautic/v1', '/x', array( 'callback' => 'x' ) );", "register_rest_route( 'connector-for-mautic/v1', '/x', array( 'permission_callback' => '__return_true' ) );", "add_action( 'admin_post_nopriv_connector_for_mautic_x', 'x' );", "add_action( 'wp_ajax_nopriv_connector_for_mautic_x', 'x' );", "register_setting( 'x', 'connector_for_mautic_x' );" ) as $code ) {
	$add( 'a form needs a login, a route permission', $bad, $class( $code ) );
}
foreach ( array( "\$wpdb->query( 'DELETE FROM x' );", '$wpdb->get_var( $sql ); // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- Fast.', '$wpdb->prepare( "SELECT $name FROM x WHERE y = %s", $y );', "\$wpdb->prepare( 'SELECT ' . \$name . ' FROM x', 1 );" ) as $code ) {
	$add( 'statements are prepared', $bad, $class( $code ) );
}
foreach ( array( "update_option( 'mautic', 1, false );", "add_option( self::NAME, 1, '', false ); class X { const NAME = 'other'; }", "do_action( 'mautic_done' );", "apply_filters( 'cfm_x', 1 );", "wp_schedule_single_event( 1, 'tick' );", "wp_enqueue_style( 'settings', '', array(), '1' );", "set_transient( \"mautic_\$a\", 1 );", "define( 'MAUTIC', 1 );", "update_user_meta( 1, 'mautic', 1 );" ) as $code ) {
	$add( 'everything has our prefix', $bad, $class( $code ) );
}
foreach ( array( 'function helper() {}', 'class Helper {}', '$helper = 1;', 'foreach ( $connector_for_mautic_x as $x ) { echo 1; }' ) as $code ) {
	$add( 'everything has our prefix', $bad, $plain( $code ) );
}
$add( 'everything has our prefix', $bad, "<?php\nnamespace Mautic;\ndefined( 'ABSPATH' ) || exit;\n" );
foreach ( array( "__( \$a, 'connector-for-mautic' );", "__( 'x' );", "__( 'x', 'mautic' );", "__( 'x ' . \$a, 'connector-for-mautic' );", "__( 'x %s', 'connector-for-mautic' );", "/* translators: x */ __( '%s %s', 'connector-for-mautic' );", "_n( '%d x', \$a, 2, 'connector-for-mautic' );" ) as $code ) {
	$add( 'texts can be translated', $bad, $class( $code ) );
}
$add( 'options say whether they are autoloaded', $bad, $class( "update_option( 'connector_for_mautic_x', 1 );" ) );
$add( 'options say whether they are autoloaded', $bad, $class( "add_option( 'connector_for_mautic_x', 1 );" ) );
foreach ( array( "wp_enqueue_style( 'connector-for-mautic', 'https://fonts.example/x.css', array(), '1' );", "wp_enqueue_style( 'connector-for-mautic', plugins_url( 'x.css' ) );", "wp_enqueue_script( 'connector-for-mautic', plugins_url( 'x.js' ), array(), '1' );", "echo '<script>x()</script>';", "echo '<link rel=\"stylesheet\" href=\"x\">';", "echo '<iframe src=\"x\"></iframe>';" ) as $code ) {
	$add( 'scripts and styles are our own, with a version', $bad, $class( $code ) );
}
$add( 'scripts and styles are our own, with a version', 'assets/bad.css', "@import url(https://fonts.example/x.css);\n" );
$add( 'scripts and styles are our own, with a version', 'assets/bad.js', "import x from 'https://cdn.example/x.js';\n" );
$add( 'the menu entry is like WordPress\' own', $bad, $class( "add_menu_page( 'a', 'a', 'x', 'connector-for-mautic', 'x', 'icon.png' );" ) );
$add( 'the menu entry is like WordPress\' own', $bad, $class( "add_menu_page( 'a', 'a', 'x', 'https://example.org', 'x', 'dashicons-email' );" ) );
$add( 'persons and removal are thought of', 'uninstall.php', '', 'wp_clear_scheduled_hook' );
$add( 'persons and removal are thought of', 'includes/loader.php', '', 'wp_privacy_personal_data_erasers' );

foreach ( array( '.hidden', '.git/config', 'assets/more.zip', 'run.sh', 'lib.so', 'NOTES.md', 'tests/x.php', 'node_modules/x.js', 'assets/jquery.min.js', '.github/x.yml', 'core.phar' ) as $name ) {
	$add( 'only files that belong into a plugin', $name, 'x' );
}
foreach ( array( 'assets/a b.css', 'assets/ä.css', 'assets/a(1).css', 'License.txt', 'assets/' . str_repeat( 'long', 40 ) . '.css' ) as $name ) {
	$add( 'names that every system can read', $name, 'x' );
}
$add( 'plain files with plain permissions', 'assets/x.cgi', 'x' );
$add( 'texts are UTF-8 with plain line ends', 'assets/bad.css', "a {}\r\n" );
$add( 'texts are UTF-8 with plain line ends', 'assets/bad.css', "\xE4" );
$add( 'texts are UTF-8 with plain line ends', 'readme.txt', "\xEF\xBB\xBFreadme" );
$add( 'scripts and styles can be read', 'assets/bad.js', str_repeat( 'x();', 200 ) );
$add( 'scripts and styles can be read', $bad, $class( str_repeat( 'x();', 2000 ) ) );
$add( 'the licence is there', 'license.txt', 'MIT' );
$add( 'the zip holds the folder, and is small', 'assets/late.css', 'a {}' );

foreach ( array( 'Version:           0.1.0' => 'Version:           soon', 'Requires PHP:      8.1' => 'Requires PHP:      8', 'License:           GPL-2.0-or-later' => 'License:           proprietary', 'Text Domain:       connector-for-mautic' => 'Text Domain:       mautic', 'Author:  ' => 'Network: ' ) as $is => $was ) {
	$add( 'the header has its fields', $main, $was, $is );
}
$add( 'the header has its fields', $main, 'Domain Path:       /nowhere', 'Domain Path:       /languages' );
foreach ( array( '=== Connector for Mautic ===' => '=== Connector ===', 'Stable tag: 0.1.0' => 'Stable tag: 0.1.1', 'Requires at least: 6.5' => 'Requires at least: 6.4', 'Requires PHP: 8.1' => 'Requires PHP: 7.4', 'License: GPL-2.0-or-later' => 'License: MIT', "\n= 0.1.0 =\n" => "\n= 0.0.9 =\n" ) as $is => $was ) {
	$add( 'header and readme agree', 'readme.txt', $was, $is );
}
$add( 'header and readme agree', $main, "_VERSION', '0.0.9'", "_VERSION', '0.1.0'" );
foreach ( array( 'Tags: ' => 'Tags: one, two, ', 'Stable tag: 0.1.0' => 'Stable tag: trunk', 'Tested up to: 7.1' => 'Tested up to: 6.9', 'Contributors: ' => 'Contributors: a b c!, ', "\nConnects a site to" => "\n" . str_repeat( 'Long. ', 30 ) . 'Connects a site to' ) as $is => $was ) {
	$add( 'the readme has its fields', 'readme.txt', $was, $is );
}
$add( 'the readme has its sections', 'readme.txt', '== Questions ==', '== Frequently Asked Questions ==' );
$add( 'the readme has its sections', 'readme.txt', "== Upgrade Notice ==\n\n= 9 =\n" . str_repeat( 'Long. ', 60 ) . "\n", '== Upgrade Notice ==' );
foreach ( array( 'Lorem ipsum dolor', '<b>bold</b>', '![x](y.png)', 'http://example.org', str_repeat( 'Long. ', 6000 ) ) as $text ) {
	$add( 'the readme can be shown', 'readme.txt', "== Description ==\n\n$text\n", '== Description ==' );
}
$add( 'name and slug are our own', 'readme.txt', '=== Mautic Connector ===', '=== Connector for Mautic ===' );
$add( 'name and slug are our own', $main, 'Plugin Name:       WordPress to Mautic', 'Plugin Name:       Connector for Mautic' );
$add( 'name and slug are our own', 'readme.txt', 'is a friend of', 'is not affiliated with' );
$add( 'external services are explained', 'readme.txt', 'some address', '/oauth/v2/token' );
$add( 'screenshots have their captions', 'readme.txt', "== Screenshots ==\n\n17. One too many.\n", '== Screenshots ==' );

return $offenders;
