<?php
/**
 * What the plugin directory forbids in PHP.
 *
 * @package Connector_For_Mautic
 */

/**
 * Each rule takes a plugin's folder and lists what is against it, with file and line. They say in our words
 * what the directory's own tool looks for ("Plugin Check", its checks code_obfuscation, direct_file_access,
 * localhost, minified_files, no_unfiltered_uploads, plugin_review_phpcs, plugin_updater, write_file and
 * wp_functions_compatibility). The generated PHP is judged like the rest.
 */
final class Code_Rules {

	/** Constructs of the language. */
	private const CONSTRUCTS = array(
		T_GOTO               => 'goto',
		T_START_HEREDOC      => 'heredoc or nowdoc',
		T_EVAL               => 'eval',
		T_OPEN_TAG_WITH_ECHO => 'a short tag',
		T_INLINE_HTML        => 'text outside of PHP',
		T_CLOSE_TAG          => 'a closing tag',
		T_HALT_COMPILER      => '__halt_compiler',
	);

	/** Functions by why there are better ones, or none at all. */
	private const FUNCTIONS = array(
		'runs what it is given'                 => 'create_function assert extract parse_str_into exec shell_exec system passthru popen proc_open pcntl_exec dl putenv',
		'hides what code does'                  => 'str_rot13 gzinflate gzuncompress gzdecode convert_uudecode base64_decode base64_encode',
		'changes the host\'s PHP'               => 'set_time_limit ini_set ini_alter error_reporting date_default_timezone_set setlocale mb_internal_encoding',
		'is for developers'                     => 'error_log var_dump var_export print_r debug_backtrace debug_print_backtrace debug_zval_refcount phpinfo trigger_error set_error_handler',
		'use WordPress\' HTTP API'              => 'curl_init curl_exec curl_setopt curl_setopt_array curl_close curl_getinfo curl_error curl_multi_init fsockopen pfsockopen stream_socket_client',
		'use WordPress\' file functions'        => 'fopen fread fwrite fputs fclose fgets readfile unlink rename rmdir mkdir chmod chown chgrp touch tmpfile is_writable is_writeable file_put_contents move_uploaded_file copy symlink',
		'use WordPress\' counterpart'           => 'rand mt_rand srand mt_srand lcg_value parse_url strip_tags json_encode date strftime mktime date_create setcookie mail header_remove',
		'speaks to the database past WordPress' => 'mysqli_connect mysqli_query mysql_connect mysql_query pg_connect sqlite_open',
		'the directory loads translations'      => 'load_plugin_textdomain',
		'is internal to WordPress'              => '_cleanup_header_comment _get_plugin_data_markup_translate _transition_post_status _wp_post_revision_fields do_shortcode_tag get_post_type_labels wp_get_sidebars_widgets',
		'is deprecated or discouraged'          => 'query_posts wp_reset_query',
	);

	/** The sniffs by which the directory's tool knows these functions, for exceptions beside the line. */
	private const SNIFFS = array(
		'curl_setopt'       => 'WordPress.WP.AlternativeFunctions.curl_curl_setopt',
		'json_encode'       => 'WordPress.WP.AlternativeFunctions.json_encode_json_encode',
		'base64_encode'     => 'WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode',
		'base64_decode'     => 'WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_decode',
		'ini_set'           => 'WordPress.PHP.IniSet.Risky',
		'set_error_handler' => 'WordPress.PHP.DevelopmentFunctions.error_log_set_error_handler',
	);

	/** Words of code and the reason why they have no place here. */
	private const WORDS = array(
		'~https?://(localhost|127\.0\.0\.1|[^/\'"\s]*\.local(host)?)\b~i' => 'an address of a developer\'s machine',
		'~https?://(bit\.ly|goo\.gl|tinyurl\.com|t\.co|ow\.ly)/~i'         => 'a shortened address',
		'~\bALLOW_UNFILTERED_UPLOADS\b~'                                  => 'lifts the limits of uploads',
		'~\b(pre_set_)?site_transient_update_(plugins|themes|core)\b|\bauto_update_plugin\b|[\'"]update_plugins_~' => 'an updater of its own',
		'~<\?php @Zend;|This file was encoded by|ionCube|sourceguardian~i' => 'encoded code',
		'~\b(file_put_contents|fopen|copy|mkdir)\(.*\b(__FILE__|__DIR__|plugin_dir_path|WP_PLUGIN_DIR)\b~' => 'writes into the plugin\'s folder',
	);

	/** The directory wants code that people can read; a generated line is an expression, not a file. */
	private const LONGEST_LINE = 500;

	/** @return array<string, callable(Plugin_Folder): string[]> By what the rule says. */
	public static function all(): array {
		return array(
			'every file ends at once if it is called by itself' => self::guards( ... ),
			'no construct that is forbidden'      => self::constructs( ... ),
			'no function that is forbidden'       => self::functions( ... ),
			'no word that has no place here'      => self::words( ... ),
			'only tags and bytes as they should be' => self::opening( ... ),
			'lines that can be read'              => self::lines( ... ),
			'every exception has its reason'      => self::excuses( ... ),
			'nothing that the oldest supported WordPress does not have' => self::compatibility( ... ),
			'nothing that WordPress has deprecated' => self::deprecated( ... ),
		);
	}

	/** `defined( 'ABSPATH' ) || exit;` comes before everything but namespace and imports. */
	private static function guards( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $name => $file ) {
			$constant = 'uninstall.php' === $name ? 'WP_UNINSTALL_PLUGIN' : 'ABSPATH';
			$tokens   = array_slice( $file->tokens, 1 );
			while ( $tokens && $tokens[0]->is( array( T_NAMESPACE, T_USE, T_DECLARE ) ) ) {
				$end    = array_search( ';', array_column( $tokens, 'text' ), true );
				$tokens = false === $end ? array() : array_slice( $tokens, $end + 1 );
			}
			$first = implode( ' ', array_column( array_slice( $tokens, 0, 7 ), 'text' ) );
			if ( "defined ( '$constant' ) || exit ;" !== $first && ! $file->is_data() ) {
				$found[] = $file->finding( $tokens[0]->line ?? 1, "no guard: defined( '$constant' ) || exit;" );
			}
		}
		return $found;
	}

	private static function constructs( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			foreach ( $file->tokens as $i => $token ) {
				$what = self::CONSTRUCTS[ $token->id ] ?? ( '`' === $token->text ? 'a backtick' : null );
				// A variable's variable, or a function whose name only the run knows.
				$what ??= '$' === $token->text && ( $file->tokens[ $i + 1 ] ?? null )?->is( array( T_VARIABLE, ord( '{' ) ) ) ? 'a variable variable' : null;
				if ( null !== $what ) {
					$found[] = $file->finding( $token->line, $what );
				}
			}
		}
		return $found;
	}

	private static function functions( Plugin_Folder $folder ): array {
		$why = array();
		foreach ( self::FUNCTIONS as $reason => $names ) {
			$why += array_fill_keys( explode( ' ', $names ), $reason );
		}
		$found = array();
		foreach ( $folder->php() as $file ) {
			foreach ( $file->calls( ...array_keys( $why ) ) as $call ) {
				if ( ! isset( self::SNIFFS[ $call->name ] ) || ! $file->is_excused( $call->line, self::SNIFFS[ $call->name ] ) ) {
					$found[] = $file->finding( $call->line, "$call->name(): {$why[ $call->name ]}" );
				}
			}
			// A function need not be called to be used.
			foreach ( $file->tokens as $token ) {
				if ( $token->is( T_CONSTANT_ENCAPSED_STRING ) && in_array( strtolower( trim( $token->text, '\'"' ) ), array( 'eval', 'exec', 'shell_exec', 'system', 'passthru', 'proc_open', 'create_function', 'assert', 'base64_decode' ), true ) ) {
					$found[] = $file->finding( $token->line, "$token->text, the name of a forbidden function" );
				}
			}
		}
		return $found;
	}

	private static function words( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			foreach ( $file->lines as $number => $line ) {
				foreach ( self::WORDS as $pattern => $what ) {
					if ( preg_match( $pattern, $line ) ) {
						$found[] = $file->finding( $number, $what );
					}
				}
			}
		}
		return $found;
	}

	/** `<?php` is the first of each file: no mark of the byte order, no short or alternative tag. */
	private static function opening( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			if ( ! str_starts_with( $file->code, "<?php\n" ) ) {
				$found[] = $file->finding( 1, 'does not begin with <?php' );
			}
			if ( preg_match( '~<\?(?!php\s)|<%|<script[^>]+language~i', implode( '', array_map( static fn( $token ) => $token->is( array( T_COMMENT, T_DOC_COMMENT, T_CONSTANT_ENCAPSED_STRING, T_ENCAPSED_AND_WHITESPACE ) ) ? '' : $token->text, PhpToken::tokenize( $file->code ) ) ) ) ) {
				$found[] = $file->finding( 1, 'a short or alternative tag' );
			}
		}
		return $found;
	}

	private static function lines( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			foreach ( $file->lines as $number => $line ) {
				// Prose, which a translator reads as a whole, may be longer than code.
				$code = preg_replace( '/\'(?:[^\'\\\\]|\\\\.)*\'/', "''", $line );
				if ( strlen( $code ) > self::LONGEST_LINE ) {
					$found[] = $file->finding( $number, strlen( $code ) . ' characters' );
				}
			}
		}
		return $found;
	}

	/** A `phpcs:ignore` names its sniffs and says why; what is disabled is enabled again. */
	private static function excuses( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			$open = 0;
			foreach ( $file->lines as $number => $line ) {
				if ( ! preg_match( '~//\s*phpcs:(\w+)(.*)$~', $line, $excuse ) ) {
					continue;
				}
				$open += ( 'disable' === $excuse[1] ) <=> ( 'enable' === $excuse[1] );
				if ( 'enable' !== $excuse[1] && ! preg_match( '/^ [A-Z]\w+(\.\w+)+(, \w+(\.\w+)+)* -- \S+ ?\S*/', $excuse[2] ) ) {
					$found[] = $file->finding( $number, 'an exception without a sniff or a reason' );
				}
			}
			if ( 0 !== $open ) {
				$found[] = $file->finding( count( $file->lines ) - 1, 'a sniff that is disabled to the end' );
			}
		}
		return $found;
	}

	/**
	 * Every function is one of PHP's, of the plugin's own, or of the oldest WordPress; what came later is
	 * asked for with function_exists() before, or is called by a hook that only later ones have.
	 */
	private static function compatibility( Plugin_Folder $folder ): array {
		$known = self::defined( OLDEST_WORDPRESS . '/wp-includes' ) + self::defined( OLDEST_WORDPRESS . '/wp-admin/includes' )
			+ array_fill_keys( get_defined_functions()['internal'], true ) + self::OPTIONAL_EXTENSIONS;
		$found = array();
		foreach ( $folder->php() as $file ) {
			$known += array_fill_keys( self::functions_of( $file->code ), true );
		}
		foreach ( $folder->php() as $file ) {
			$asked = array();
			foreach ( $file->calls( 'function_exists' ) as $call ) {
				$asked[] = $call->text( 0, $folder );
			}
			foreach ( $file->calls() as $call ) {
				$plain = strtolower( $call->name );
				if ( ! $file->tokens[ $call->at ]->is( array( T_ISSET, T_EMPTY, T_EXIT, T_EVAL ) ) && ! isset( $known[ $plain ] ) && ! in_array( $plain, $asked, true )
					&& ! in_array( $plain, self::LATER[ $file->name ] ?? array(), true ) && '#' !== ( $file->tokens[ $call->at - 1 ]->text ?? '' ) ) {
					$found[] = $file->finding( $call->line, "$call->name() is in no WordPress " . basename( dirname( OLDEST_WORDPRESS ) ) );
				}
			}
		}
		return $found;
	}

	/** Called by nothing but a hook of the WordPress that they came with. */
	private const LATER = array(
		'includes/class-abilities.php' => array( 'wp_register_ability_category', 'wp_register_ability' ),
	);

	/** Functions of extensions that whoever runs the tests may not have. */
	private const OPTIONAL_EXTENSIONS = array(
		'idn_to_ascii' => true,
		'curl_setopt'  => true,
		'curl_getinfo' => true,
	);

	private static function deprecated( Plugin_Folder $folder ): array {
		$names = array();
		foreach ( array( 'wp-includes/deprecated.php', 'wp-includes/pluggable-deprecated.php', 'wp-includes/ms-deprecated.php', 'wp-admin/includes/deprecated.php' ) as $file ) {
			array_push( $names, ...self::functions_of( file_get_contents( WORDPRESS . "/$file" ) ) );
		}
		$found = array();
		foreach ( $folder->php() as $file ) {
			foreach ( $file->calls( ...$names ) as $call ) {
				$found[] = $file->finding( $call->line, "$call->name() is deprecated" );
			}
		}
		return $found;
	}

	/** @return array<string, true> The functions of a folder's PHP, which is only read. */
	private static function defined( string $folder ): array {
		static $read = array();
		if ( ! isset( $read[ $folder ] ) ) {
			$read[ $folder ] = array();
			foreach ( new RecursiveIteratorIterator( new RecursiveDirectoryIterator( $folder, FilesystemIterator::SKIP_DOTS ) ) as $file ) {
				if ( 'php' === $file->getExtension() ) {
					$read[ $folder ] += array_fill_keys( self::functions_of( file_get_contents( (string) $file ) ), true );
				}
			}
		}
		return $read[ $folder ];
	}

	/** @return string[] Names of functions that PHP's source declares, in lower case. */
	private static function functions_of( string $code ): array {
		preg_match_all( '/(?<!public |private |protected |static |final |abstract )\bfunction\s+&?(\w+)\s*\(/i', $code, $found );
		return array_map( 'strtolower', $found[1] );
	}
}
