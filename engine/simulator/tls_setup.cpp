#include "simulator/tls_setup.hpp"

#include "simulator/certificates.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include <stdexcept>

namespace batch_cancel::simulator
{

namespace
{

namespace asio = boost::asio;

using socket_type = asio::ip::tcp::socket;

// OpenSSL's own socket BIO would raise SIGPIPE in the program that embeds the server; Asio's calls do not.
template <class Transfer>
int transfer(BIO* bio, int retry_flag, Transfer move_bytes)
{
    auto& socket = *static_cast<socket_type*>(BIO_get_data(bio));
    boost::system::error_code ec;
    auto const moved = move_bytes(socket, ec);
    BIO_clear_retry_flags(bio);
    if (ec == asio::error::would_block || ec == asio::error::try_again)
    {
        BIO_set_flags(bio, retry_flag | BIO_FLAGS_SHOULD_RETRY);
        return -1;
    }
    if (ec == asio::error::eof)
    {
        BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
        return 0;
    }
    return ec ? -1 : static_cast<int>(moved);
}

int read_socket(BIO* bio, char* into, int size)
{
    return transfer(bio, BIO_FLAGS_READ,
                    [&](socket_type& socket, boost::system::error_code& ec)
                    { return socket.read_some(asio::buffer(into, static_cast<std::size_t>(size)), ec); });
}

int write_socket(BIO* bio, char const* from, int size)
{
    return transfer(bio, BIO_FLAGS_WRITE,
                    [&](socket_type& socket, boost::system::error_code& ec)
                    { return socket.write_some(asio::buffer(from, static_cast<std::size_t>(size)), ec); });
}

long control_socket(BIO* bio, int command, long, void*)
{
    if (command == BIO_CTRL_EOF)
        return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

int choose_protocol(SSL*, unsigned char const** chosen, unsigned char* size, unsigned char const* offered,
                    unsigned int offered_size, void*)
{
    static constexpr unsigned char http[] = "\x08http/1.1";
    unsigned char* choice = nullptr;
    auto const found = SSL_select_next_proto(&choice, size, http, sizeof http - 1, offered, offered_size);
    *chosen = choice;
    return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void require_set(bool done)
{
    if (!done)
        throw std::runtime_error("OpenSSL could not set up TLS");
}

}  // namespace

void tls_setup::context_free::operator()(SSL_CTX* context) const noexcept
{
    SSL_CTX_free(context);
}

void tls_setup::method_free::operator()(BIO_METHOD* method) const noexcept
{
    BIO_meth_free(method);
}

tls_setup::tls_setup()
    : context_(SSL_CTX_new(TLS_server_method()))
    , socket_bio_(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket of the simulator"))
{
    auto* const context = context_.get();
    auto* const method = socket_bio_.get();
    require_set(context && method);
    require_set(BIO_meth_set_read(method, read_socket) == 1 && BIO_meth_set_write(method, write_socket) == 1 &&
                BIO_meth_set_ctrl(method, control_socket) == 1);

    auto made = make_server_identity();
    authority_pem_ = std::move(made.authority_pem);
    require_set(SSL_CTX_use_certificate(context, made.certificate.get()) == 1 &&
                SSL_CTX_use_PrivateKey(context, made.key.get()) == 1);
    require_set(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);  // a record's head and body in one read of the socket
    // Sessions are kept by the clients, in tickets; a cache would grow with the connections.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 1);
    static constexpr unsigned char name[] = "simulator";
    require_set(SSL_CTX_set_session_id_context(context, name, sizeof name - 1) == 1);
}

}  // namespace batch_cancel::simulator
