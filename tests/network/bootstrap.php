<?php
/**
 * As tests/php, in a network whose address is http://127.0.0.1.
 *
 * @package Connector_For_Mautic
 */

require __DIR__ . '/../php/bootstrap.php';
require __DIR__ . '/fixtures/mautics.php';
require __DIR__ . '/class-network-case.php';
Network_Case::make_sites();
