# Asks for pages on one connection: client.rb ADDRESS (METHOD PATH BYTES)...; takes any certificate.
require 'net/http'
require 'openssl'

base = URI(ARGV[0])
options = { use_ssl: base.scheme == 'https', verify_mode: OpenSSL::SSL::VERIFY_NONE }
Net::HTTP.start(base.hostname, base.port, **options) do |client|
  ARGV[1..].each_slice(3) do |method, path, size|
    request = (method == 'POST' ? Net::HTTP::Post : Net::HTTP::Get).new(path, 'Accept-Encoding' => 'identity')
    request.body = 'x' * size.to_i if size.to_i > 0
    client.request(request)
  end
end
