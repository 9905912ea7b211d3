<?php
/**
 * How the plugin directory wants WordPress to be used.
 *
 * @package Connector_For_Mautic
 */

/**
 * Each rule takes a plugin's folder and lists what is against it, with file and line. They say in our words
 * what "Plugin Check" looks for in its checks late_escaping, safe_redirect, direct_db, direct_db_queries,
 * i18n_usage, prefixing, enqueued_resources, non_blocking_scripts, offloading_files, menu_image_icon,
 * external_admin_menu_links, setting_sanitization, personal_data_exporter, plugin_uninstall and
 * autoloaded options.
 */
final class WordPress_Rules {

	/** What makes a value fit for HTML, or is made for it by WordPress. */
	private const ESCAPING = array( 'esc_html', 'esc_html__', 'esc_attr', 'esc_attr__', 'esc_url', 'esc_textarea', 'esc_js', 'wp_kses', 'wp_kses_post', 'absint', 'intval', 'checked', 'disabled', 'selected' );

	/** What only asks whether a value is there or of a kind, or makes it fit for use. */
	private const TAKING = array( 'isset', 'empty', 'is_string', 'is_array', 'array_key_exists', 'sanitize_key', 'sanitize_text_field', 'absint', 'intval', 'strlen' );

	/** Functions that give something a name that all plugins share, and the argument with the name. */
	private const NAMING = array(
		'add_option'                   => 0,
		'update_option'                => 0,
		'delete_option'                => 0,
		'add_network_option'           => 1,
		'update_network_option'        => 1,
		'delete_network_option'        => 1,
		'set_transient'                => 0,
		'delete_transient'             => 0,
		'set_site_transient'           => 0,
		'add_user_meta'                => 1,
		'update_user_meta'             => 1,
		'delete_user_meta'             => 1,
		'do_action'                    => 0,
		'apply_filters'                => 0,
		'wp_schedule_event'            => 2,
		'wp_schedule_single_event'     => 1,
		'wp_clear_scheduled_hook'      => 0,
		'wp_enqueue_script'            => 0,
		'wp_enqueue_style'             => 0,
		'wp_enqueue_script_module'     => 0,
		'wp_register_script'           => 0,
		'wp_register_style'            => 0,
		'wp_register_script_module'    => 0,
		'add_menu_page'                => 3,
		'register_rest_route'          => 0,
		'register_setting'             => 1,
		'add_shortcode'                => 0,
		'register_post_type'           => 0,
		'wp_register_ability'          => 0,
		'wp_register_ability_category' => 0,
		'wp_create_nonce'              => 0,
		'check_admin_referer'          => 0,
		'define'                       => 0,
	);

	/** Hooks of WordPress that a plugin may run, since it does what WordPress does there. */
	private const HOOKS_OF_WORDPRESS = array( 'https_local_ssl_verify', 'cron_request', 'plugin_locale', 'http_api_debug' );

	/** Functions that translate, and the argument with the text domain. */
	private const TRANSLATING = array(
		'__'          => 1,
		'_e'          => 1,
		'_x'          => 2,
		'_n'          => 3,
		'_nx'         => 4,
		'esc_html__'  => 1,
		'esc_html_e'  => 1,
		'esc_html_x'  => 2,
		'esc_attr__'  => 1,
		'esc_attr_e'  => 1,
		'esc_attr_x'  => 2,
	);

	/** @return array<string, callable(Plugin_Folder): string[]> By what the rule says. */
	public static function all(): array {
		return array(
			'what is printed is escaped there'         => self::escaping( ... ),
			'what comes in is looked at first'         => self::input( ... ),
			'a redirect is safe, and the end'          => self::redirects( ... ),
			'a form needs a login, a route permission' => self::permission( ... ),
			'statements are prepared'                  => self::statements( ... ),
			'everything has our prefix'                => self::prefixes( ... ),
			'texts can be translated'                  => self::translations( ... ),
			'options say whether they are autoloaded'  => self::autoload( ... ),
			'scripts and styles are our own, with a version' => self::assets( ... ),
			'the menu entry is like WordPress\' own'   => self::menu( ... ),
			'persons and removal are thought of'       => self::leaving( ... ),
		);
	}

	private static function escaping( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			$printed = array();
			foreach ( $file->tokens as $i => $token ) {
				if ( $token->is( array( T_ECHO, T_PRINT ) ) ) {
					$parts = Call::split( array_slice( $file->tokens, $i + 1 ), ';' )[0];
					array_push( $printed, ...array_map( static fn( $part ) => array( $token->line, $part ), Call::split( $parts, ',' ) ) );
				}
				if ( $token->is( T_THROW ) && $file->tokens[ $i + 1 ]->is( T_NEW ) && '(' === $file->tokens[ $i + 3 ]->text ) {
					// What nobody catches is shown.
					$message = ( new Call( $file, 'throw', $i + 2 ) )->arguments[0] ?? array();
					if ( ! self::is_constant( $message, $folder, $file ) ) {
						$printed[] = array( $token->line, $message );
					}
				}
			}
			foreach ( $file->calls( 'printf', 'vprintf', 'wp_die', 'exit', 'die', 'trigger_error' ) as $call ) {
				foreach ( in_array( $call->name, array( 'printf', 'vprintf' ), true ) ? $call->arguments : array_slice( $call->arguments, 0, 1 ) as $argument ) {
					$printed[] = array( $call->line, $argument );
				}
			}
			foreach ( $printed as list( $line, $part ) ) {
				$bad = self::unescaped( $part );
				if ( $bad && ! $file->is_excused( $line, 'WordPress.Security.EscapeOutput' ) && ! $file->is_excused( $bad->line, 'WordPress.Security.EscapeOutput' ) ) {
					$found[] = $file->finding( $bad->line, "$bad->text is printed as it is" );
				}
			}
		}
		return $found;
	}

	/** Whether an expression is a constant of a class of ours, with a literal value. */
	private static function is_constant( array $tokens, Plugin_Folder $folder, PHP_File $file ): bool {
		return 3 === count( $tokens ) && $tokens[1]->is( T_DOUBLE_COLON ) && null !== $folder->constant( $tokens[0]->text, $tokens[2]->text, $file );
	}

	/**
	 * The first token of an expression's part that nothing has escaped, or null.
	 *
	 * @param PhpToken[] $tokens The expression.
	 */
	private static function unescaped( array $tokens ): ?PhpToken {
		if ( ! $tokens ) {
			return null;
		}
		$parts = Call::split( $tokens, '?' );
		if ( count( $parts ) > 1 ) {
			// Only what comes of the question is printed.
			return self::first( Call::split( array_slice( $tokens, count( $parts[0] ) + 1 ), ':' ) );
		}
		foreach ( array( '??', '.' ) as $sign ) {
			$parts = Call::split( $tokens, $sign );
			if ( count( $parts ) > 1 ) {
				return self::first( $parts );
			}
		}
		if ( '(' === $tokens[0]->text && ')' === end( $tokens )->text ) {
			return self::unescaped( array_slice( $tokens, 1, -1 ) );
		}
		$harmless = $tokens[0]->is( array( T_INT_CAST, T_DOUBLE_CAST, T_BOOL_CAST ) )
			|| 1 === count( $tokens ) && $tokens[0]->is( array( T_CONSTANT_ENCAPSED_STRING, T_LNUMBER, T_DNUMBER ) )
			|| in_array( ltrim( $tokens[0]->text, '\\' ), self::ESCAPING, true ) && '(' === ( $tokens[1] ?? null )?->text
			// A text that is made of escaped ones.
			|| 'sprintf' === ltrim( $tokens[0]->text, '\\' ) && ! self::first( Call::split( array_slice( $tokens, 2, -1 ), ',' ) )
			|| $tokens[0]->is( T_VARIABLE ) && '$this' !== $tokens[0]->text && isset( $tokens[1] ) && $tokens[1]->is( T_INT_CAST );
		return $harmless ? null : $tokens[0];
	}

	private static function first( array $parts ): ?PhpToken {
		foreach ( $parts as $part ) {
			$bad = self::unescaped( $part );
			if ( $bad ) {
				return $bad;
			}
		}
		return null;
	}

	/** A value of a request is inside of a function that asks or cleans, or an exception says why not. */
	private static function input( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			$asked = array();
			foreach ( $file->calls( ...self::TAKING ) as $call ) {
				foreach ( range( $call->at, $file->closing( $call->at + 1 ) ) as $i ) {
					$asked[ $i ] = true;
				}
			}
			foreach ( $file->tokens as $i => $token ) {
				if ( in_array( $token->text, array( '$_GET', '$_POST', '$_REQUEST', '$_COOKIE', '$_FILES', '$_SERVER', '$_ENV' ), true ) && ! isset( $asked[ $i ] )
					&& ! $file->is_excused( $token->line, 'WordPress.Security.ValidatedSanitizedInput' ) ) {
					$found[] = $file->finding( $token->line, "$token->text is used as it is" );
				}
			}
		}
		return $found;
	}

	private static function redirects( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			foreach ( $file->calls( 'wp_redirect', 'wp_safe_redirect', 'header' ) as $call ) {
				if ( 'header' === $call->name ) {
					if ( str_starts_with( strtolower( (string) $call->text( 0, $folder ) ), 'location' ) ) {
						$found[] = $file->finding( $call->line, 'a redirect by hand' );
					}
					continue;
				}
				if ( 'wp_redirect' === $call->name && ! $file->is_excused( $call->line, 'WordPress.Security.SafeRedirect' ) ) {
					$found[] = $file->finding( $call->line, 'wp_redirect() to wherever' );
				}
				$end = $file->closing( $call->at + 1 );
				if ( ! ( $file->tokens[ $end + 2 ] ?? null )?->is( T_EXIT ) ) {
					$found[] = $file->finding( $call->line, 'no exit after a redirect' );
				}
			}
		}
		return $found;
	}

	private static function permission( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			foreach ( $file->calls( 'register_rest_route' ) as $call ) {
				$text = implode( ' ', array_column( array_merge( ...$call->arguments ), 'text' ) );
				if ( ! str_contains( $text, "'permission_callback' =>" ) || str_contains( $text, '__return_true' ) ) {
					$found[] = $file->finding( $call->line, 'a route without permission_callback' );
				}
			}
			foreach ( $file->calls( 'register_setting' ) as $call ) {
				if ( ! str_contains( implode( ' ', array_column( array_merge( ...$call->arguments ), 'text' ) ), "'sanitize_callback' =>" ) ) {
					$found[] = $file->finding( $call->line, 'a setting without sanitize_callback' );
				}
			}
			foreach ( $file->tokens as $token ) {
				if ( $token->is( T_CONSTANT_ENCAPSED_STRING ) && preg_match( '/(admin_post|wp_ajax)_nopriv_/', $token->text ) ) {
					$found[] = $file->finding( $token->line, 'a form for everybody' );
				}
			}
		}
		return $found;
	}

	/** Past the options API only with a reason; no value inside of a statement's text. */
	private static function statements( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			foreach ( $file->method_calls( '$wpdb', array( 'query', 'get_var', 'get_col', 'get_row', 'get_results', 'insert', 'update', 'replace', 'delete' ) ) as $call ) {
				if ( ! $file->is_excused( $call->line, 'WordPress.DB.DirectDatabaseQuery' ) ) {
					$found[] = $file->finding( $call->line, 'a direct query without a reason' );
				}
				$argument = $call->arguments[0] ?? array();
				if ( ( $argument[0] ?? null )?->is( T_VARIABLE ) && '$wpdb' !== $argument[0]->text && ! in_array( $call->name, array( 'insert', 'update', 'replace', 'delete' ), true )
					&& ! $file->is_excused( $call->line, 'WordPress.DB.PreparedSQL' ) ) {
					$found[] = $file->finding( $call->line, 'a statement from elsewhere' );
				}
			}
			foreach ( $file->method_calls( '$wpdb', array( 'query', 'get_var', 'get_col', 'get_row', 'get_results', 'prepare' ) ) as $call ) {
				$prepared = 'prepare' !== $call->name && 'prepare' === ( $call->arguments[0][2] ?? null )?->text;
				foreach ( $prepared ? array() : $call->arguments[0] ?? array() as $i => $token ) {
					$inside = $token->is( T_VARIABLE ) && in_array( true, array_map( static fn( $near ) => $near?->is( T_ENCAPSED_AND_WHITESPACE ) ?? false, array( $call->arguments[0][ $i - 1 ] ?? null ) ), true );
					$joined = $token->is( T_VARIABLE ) && '.' === ( $call->arguments[0][ $i - 1 ] ?? null )?->text;
					if ( ( $inside || $joined ) && '$wpdb' !== $token->text && ! $file->is_excused( $call->line, 'WordPress.DB.PreparedSQL' ) ) {
						$found[] = $file->finding( $token->line, "$token->text inside of a statement" );
					}
				}
			}
		}
		return $found;
	}

	private static function prefixes( Plugin_Folder $folder ): array {
		$under = str_replace( '-', '_', $folder->slug() );
		$ours  = static fn( string $name ): bool => (bool) preg_match( '/^_?' . str_replace( '_', '[_-]', $under ) . '/i', $name );
		$found = array();
		foreach ( $folder->php() as $file ) {
			foreach ( $file->calls( ...array_keys( self::NAMING ) ) as $call ) {
				$name = $call->text( self::NAMING[ $call->name ], $folder );
				// Without an address it is WordPress' own that is asked for.
				$known = str_starts_with( $call->name, 'wp_enqueue_' ) && ! isset( $call->arguments[1] );
				if ( null !== $name && ! $known && ! $ours( $name ) && ! in_array( $name, self::HOOKS_OF_WORDPRESS, true ) ) {
					$found[] = $file->finding( $call->line, "$call->name(): '$name' has not our prefix" );
				}
			}
			if ( preg_match( '/^namespace ([\w\\\\]+);/m', $file->code, $namespace ) ) {
				if ( ! $ours( $namespace[1] ) ) {
					$found[] = $file->finding( 1, "the namespace $namespace[1] has not our prefix" );
				}
				continue;
			}
			array_push( $found, ...self::globals( $file, $ours ) );
		}
		return $found;
	}

	/** What a file without a namespace declares: functions, classes, and variables outside of them. */
	private static function globals( PHP_File $file, callable $ours ): array {
		$found  = array();
		$inside = -1;
		foreach ( $file->tokens as $i => $token ) {
			if ( $i <= $inside ) {
				continue;
			}
			$next = $file->tokens[ $i + 1 ] ?? null;
			if ( $token->is( array( T_FUNCTION, T_CLASS, T_INTERFACE, T_TRAIT, T_ENUM ) ) && ! $file->tokens[ $i - 1 ]->is( array( T_DOUBLE_COLON, T_USE ) ) ) {
				if ( $next->is( T_STRING ) && ! $ours( $next->text ) ) {
					$found[] = $file->finding( $token->line, "$next->text has not our prefix" );
				}
				for ( $open = $i; '{' !== $file->tokens[ $open ]->text; ++$open ) { // Nothing else to do.
					continue;
				}
				$inside = $file->closing( $open );
			}
			if ( $token->is( T_VARIABLE ) && ( '=' === $next?->text || $file->tokens[ $i - 1 ]->is( T_AS ) ) && ! $ours( substr( $token->text, 1 ) ) ) {
				$found[] = $file->finding( $token->line, "$token->text has not our prefix" );
			}
		}
		return $found;
	}

	/** Text and domain are literal, placeholders are explained to translators, and numbered if there are more. */
	private static function translations( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			foreach ( $file->calls( ...array_keys( self::TRANSLATING ) ) as $call ) {
				$texts = array_slice( $call->arguments, 0, str_starts_with( $call->name, '_n' ) ? 2 : 1 );
				foreach ( $texts as $text ) {
					if ( 1 !== count( $text ) || ! $text[0]->is( T_CONSTANT_ENCAPSED_STRING ) ) {
						$found[] = $file->finding( $call->line, 'a text that is not literal' );
						continue;
					}
					preg_match_all( '/%(?:(\d+)\$)?[sdf]/', $text[0]->text, $places );
					if ( count( $places[0] ) > 1 && in_array( '', $places[1], true ) ) {
						$found[] = $file->finding( $call->line, 'placeholders without numbers' );
					}
					$before = implode( "\n", array_slice( $file->lines, max( 0, $call->line - 4 ), 4 ) );
					if ( $places[0] && ! str_contains( $before . $file->lines[ $call->line ], 'translators:' ) ) {
						$found[] = $file->finding( $call->line, 'no word to translators about a placeholder' );
					}
				}
				if ( $folder->slug() !== $call->text( self::TRANSLATING[ $call->name ], $folder ) ) {
					$found[] = $file->finding( $call->line, 'another text domain' );
				}
			}
		}
		return $found;
	}

	private static function autoload( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			foreach ( $file->calls( 'update_option', 'add_option' ) as $call ) {
				if ( ! isset( $call->arguments[ 'add_option' === $call->name ? 3 : 2 ] ) ) {
					$found[] = $file->finding( $call->line, "$call->name() does not say whether it is autoloaded" );
				}
			}
		}
		return $found;
	}

	private static function assets( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			foreach ( $file->calls( 'wp_enqueue_script', 'wp_enqueue_style', 'wp_register_script', 'wp_register_style', 'wp_enqueue_script_module', 'wp_register_script_module' ) as $call ) {
				$text = implode( ' ', array_column( $call->arguments[1] ?? array(), 'text' ) );
				if ( preg_match( '~(https?:)?//~', $text ) ) {
					$found[] = $file->finding( $call->line, 'a file from another server' );
				}
				if ( isset( $call->arguments[1] ) && in_array( strtolower( ( $call->arguments[3][0] ?? null )?->text ?? '' ), array( '', 'false', 'null' ), true ) ) {
					$found[] = $file->finding( $call->line, 'no version' );
				}
				if ( in_array( $call->name, array( 'wp_enqueue_script', 'wp_register_script' ), true ) && isset( $call->arguments[1] ) && ! isset( $call->arguments[4] ) ) {
					$found[] = $file->finding( $call->line, 'neither defer nor in the footer' );
				}
			}
			foreach ( $file->tokens as $token ) {
				if ( $token->is( array( T_CONSTANT_ENCAPSED_STRING, T_ENCAPSED_AND_WHITESPACE ) ) && preg_match( '~<(script(?! type="application/json")|style|link(?! rel=.{0,2}modulepreload)|iframe)\b~i', $token->text, $tag ) ) {
					$found[] = $file->finding( $token->line, "<$tag[1]> by hand" );
				}
			}
		}
		foreach ( $folder->ending( 'css', 'js' ) as $name => $code ) {
			if ( preg_match( '~(@import|url\(|import[^;\n]*from|import\()\s*["\']?(https?:)?//~', $code ) ) {
				$found[] = "$name: a file from another server";
			}
		}
		return $found;
	}

	private static function menu( Plugin_Folder $folder ): array {
		$found = array();
		foreach ( $folder->php() as $file ) {
			foreach ( $file->calls( 'add_menu_page', 'add_submenu_page', 'add_options_page' ) as $call ) {
				$slug = $call->text( 'add_submenu_page' === $call->name ? 4 : 3, $folder );
				if ( preg_match( '~//|\.php~', (string) $slug ) ) {
					$found[] = $file->finding( $call->line, 'the menu leads away, or shows a path' );
				}
				if ( 'add_menu_page' === $call->name && ! preg_match( '~^(dashicons-[a-z-]+|data:image/svg\+xml;base64,)~', (string) $call->text( 5, $folder ) ) ) {
					$found[] = $file->finding( $call->line, 'no icon that takes the colours of the menu' );
				}
			}
		}
		return $found;
	}

	/** Data of persons can be exported and erased, a policy be written, and everything be removed. */
	private static function leaving( Plugin_Folder $folder ): array {
		$code  = implode( "\n", array_column( $folder->php(), 'code' ) );
		$found = array();
		foreach ( array( "'wp_privacy_personal_data_exporters'", "'wp_privacy_personal_data_erasers'", 'wp_add_privacy_policy_content(', 'register_deactivation_hook(' ) as $needed ) {
			if ( ! str_contains( $code, $needed ) ) {
				$found[] = "$needed is nowhere";
			}
		}
		$uninstall = $folder->files['uninstall.php'] ?? '';
		foreach ( array( 'WP_UNINSTALL_PLUGIN', 'is_multisite()', 'wp_clear_scheduled_hook(', 'delete_option' ) as $needed ) {
			if ( ! str_contains( $uninstall, $needed ) ) {
				$found[] = "uninstall.php: $needed is not there";
			}
		}
		return $found;
	}
}
