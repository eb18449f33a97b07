// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only
// HTTP/1.1 over Netty and its OpenSSL engine (netty-tcnative).
//
//   NettyHttp server PORT [PEM]
//   NettyHttp client ADDRESS (METHOD PATH BYTES)...   over one connection; takes any certificate
//
// The server answers /size/N with N letters x, POST /echo with what it got, /status/CODE with CODE.
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.File;
import java.net.URI;
import java.util.Arrays;

public final class NettyHttp {
    private static final int MAX_BODY = 1 << 20;

    private static ByteBuf letters(int count) {
        byte[] all = new byte[count];
        Arrays.fill(all, (byte) 'x');
        return Unpooled.wrappedBuffer(all);
    }

    private static final class Answers extends SimpleChannelInboundHandler<FullHttpRequest> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            String path = request.uri();
            int status = path.startsWith("/status/") ? Integer.parseInt(path.substring(8)) : 200;
            ByteBuf body = path.startsWith("/size/") ? letters(Integer.parseInt(path.substring(6)))
                : path.equals("/echo") ? request.content().copy()
                : Unpooled.wrappedBuffer(new byte[] {'h', 'i', '\n'});
            FullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), body);
            answer.headers().set("Content-Type", "text/plain").set("Content-Length", body.readableBytes());
            context.writeAndFlush(answer);
        }
    }

    private static final class Questions extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final String[] arguments;
        private int next = 2;

        Questions(String[] arguments) {
            this.arguments = arguments;
        }

        void ask(ChannelHandlerContext context) {
            if (next + 2 >= arguments.length) {
                context.close();
                return;
            }
            ByteBuf body = letters(Integer.parseInt(arguments[next + 2]));
            FullHttpRequest request = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(arguments[next]), arguments[next + 1], body);
            request.headers().set("Host", "localhost").set("Content-Length", body.readableBytes());
            next += 3;
            context.writeAndFlush(request);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            ask(context);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpResponse answer) {
            ask(context);
        }
    }

    private static void serve(int port, String pem, NioEventLoopGroup group) throws Exception {
        File both = pem == null ? null : new File(pem);
        SslContext tls = both == null ? null
            : SslContextBuilder.forServer(both, both).sslProvider(SslProvider.OPENSSL).build();
        new ServerBootstrap().group(group).channel(NioServerSocketChannel.class)
            .childHandler(new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(SocketChannel channel) {
                    if (tls != null) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    channel.pipeline().addLast(
                        new HttpServerCodec(), new HttpObjectAggregator(MAX_BODY), new Answers());
                }
            }).bind("127.0.0.1", port).sync().channel().closeFuture().sync();
    }

    private static void ask(String[] arguments, NioEventLoopGroup group) throws Exception {
        URI address = new URI(arguments[1]);
        SslContext tls = !address.getScheme().equals("https") ? null
            : SslContextBuilder.forClient().sslProvider(SslProvider.OPENSSL)
                .trustManager(InsecureTrustManagerFactory.INSTANCE).build();
        new Bootstrap().group(group).channel(NioSocketChannel.class)
            .handler(new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(SocketChannel channel) {
                    if (tls != null) {
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    channel.pipeline().addLast(
                        new HttpClientCodec(), new HttpObjectAggregator(MAX_BODY), new Questions(arguments));
                }
            }).connect(address.getHost(), address.getPort()).sync().channel().closeFuture().sync();
    }

    public static void main(String[] arguments) throws Exception {
        NioEventLoopGroup group = new NioEventLoopGroup(2);
        try {
            if (arguments[0].equals("server")) {
                serve(Integer.parseInt(arguments[1]), arguments.length > 2 ? arguments[2] : null, group);
            } else {
                ask(arguments, group);
            }
        } finally {
            group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).sync();
        }
    }
}
