// One address, one spelling.
#pragma once

#include <boost/asio/ip/address.hpp>

namespace proxy::net {

// ::ffff:192.0.2.1 is 192.0.2.1 (RFC 4291 §2.5.5.2); any other address is what it is.
inline boost::asio::ip::address unmapped(const boost::asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
}

}  // namespace proxy::net
