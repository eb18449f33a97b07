<?php
// Asks for pages, each on a connection of its own, by PHP's streams (OpenSSL): client.php ADDRESS (METHOD PATH BYTES)...;
// takes any certificate.
foreach (array_chunk(array_slice($argv, 2), 3) as [$method, $path, $size]) {
    $context = stream_context_create([
        'http' => [
            'method' => $method, 'content' => str_repeat('x', (int)$size), 'ignore_errors' => true,
            'header' => "Connection: close\r\nContent-Type: text/plain", 'protocol_version' => 1.1,
        ],
        'ssl' => ['verify_peer' => false, 'verify_peer_name' => false],
    ]);
    file_get_contents($argv[1] . $path, false, $context);
}
