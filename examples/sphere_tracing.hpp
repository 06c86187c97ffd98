#pragma once

#include <tenet/model/forward_in_thread.hpp>
#include <tenet/network.hpp>

/// How far a point is from the surface of a body, negative inside: 16 + 16 units stand for its geometry.
using Distance =
    tenet::Network<tenet::Input<3>, tenet::Linear<16>, tenet::Tanh, tenet::Linear<16>, tenet::Tanh, tenet::Linear<1>>;

struct Point {
    float x, y, z;

    TENET_HOST_DEVICE constexpr Point operator+(const Point& b) const { return {x + b.x, y + b.y, z + b.z}; }
    TENET_HOST_DEVICE constexpr Point operator*(float factor) const { return {x * factor, y * factor, z * factor}; }
    TENET_HOST_DEVICE constexpr float dot(const Point& b) const { return x * b.x + y * b.y + z * b.z; }
};

struct LearnedBody {
    const float* weights;

    TENET_HOST_DEVICE float operator()(const Point& p) const {
        const float inputs[3]{p.x, p.y, p.z};
        float distance = 0.0f;
        tenet::forward_in_thread<Distance>(weights, inputs, &distance);
        return distance;
    }
};

/// The brightness of pixel (column, row) of size x size, seen along z, -1 beside the body. A ray goes as far as nothing
/// can be in its way, and again, until it is there (Hart, "Sphere tracing", 1996).
template <class Body>
TENET_HOST_DEVICE float shade(const Body& body, int column, int row, int size) {
    constexpr float near = 0.01f, behind = 1.2f;
    const float half = 0.5f * static_cast<float>(size);
    Point p{(static_cast<float>(column) + 0.5f) / half - 1.0f, 1.0f - (static_cast<float>(row) + 0.5f) / half, -behind};
    float ahead = near;
    for (int step = 0; step < 64 && ahead >= near && p.z < behind; ++step) {
        ahead = body(p);
        p.z += 0.9f * ahead;  // the network is not exactly a distance
    }
    if (ahead >= near) return -1.0f;
    // The slope from the corners of a tetrahedron is the direction that the surface looks in.
    Point slope{0.0f, 0.0f, 0.0f};
    for (int corner = 0; corner < 4; ++corner) {
        const Point at{corner & 1 ? 1.0f : -1.0f, corner & 2 ? 1.0f : -1.0f, corner == 1 || corner == 2 ? -1.0f : 1.0f};
        slope = slope + at * body(p + at * near);
    }
    constexpr Point light{-0.48f, 0.6f, -0.64f};
    const float length = slope.dot(slope), toward = slope.dot(light);
    return toward > 0.0f ? toward / __builtin_sqrtf(length) : 0.0f;
}
