#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tenet/core/number_text.hpp>
#include <tenet/training/plot_panels.hpp>

namespace TENET_NAMESPACE::plot {

/// Draws panels side by side as an SVG picture that needs nothing else.
class SvgPicture {
  public:
    explicit SvgPicture(const std::vector<Panel>& panels) {
        const double width = panel_width * static_cast<double>(panels.size());
        text_ = "<svg xmlns=\"http://www.w3.org/2000/svg\"";
        for (const auto& [name, value] : {Number{"width", width}, Number{"height", height}}) attribute(name, value);
        text_ += " viewBox=\"0 0 ";
        number(width);
        text_ += ' ';
        number(height);
        text_ += "\" font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\" font-size=\"12\" fill=\"#444\">\n"
                 "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n";
        for (std::size_t i = 0; i < panels.size(); ++i) draw(panels[i], panel_width * static_cast<double>(i));
        text_ += "</svg>\n";
    }

    const std::string& text() const { return text_; }

  private:
    struct Number {
        std::string_view name;
        double value;
    };
    TENET_LOCAL static constexpr double panel_width = 470, height = 340;
    TENET_LOCAL static constexpr double left = 64, right = 54, top = 56, bottom = 50;  // around the field of a panel
    TENET_LOCAL static constexpr std::size_t most_marked = 30;  // points before markers run together

    void draw(const Panel& panel, double offset) {
        const double x0 = offset + left, x1 = offset + panel_width - right, y0 = height - bottom, y1 = top;
        const auto x_of = [&](double x) { return x0 + panel.x.place(x) * (x1 - x0); };
        const auto y_of = [&](double place) { return y0 + place * (y1 - y0); };

        label(x0, 26, panel.title, "font-size=\"16\" font-weight=\"bold\" fill=\"#222\"");
        double entry = x1;
        for (std::size_t from_right = panel.series.size(); from_right-- > 0;) {
            const Series& series = panel.series[from_right];
            label(entry, 26, series.name, "text-anchor=\"end\"");
            entry -= 8 + 5.6 * static_cast<double>(series.name.size());
            line(entry - 20, 22, entry, 22, series.color, "stroke-width=\"2.5\" stroke-linecap=\"round\"");
            entry -= 36;
        }

        for (const double tick : panel.y.ticks()) {
            const double y = y_of(panel.y.place(tick));
            line(x0, y, x1, y, "#e6e6e6");
            label(x0 - 9, y + 4, panel.y.label(tick), "text-anchor=\"end\"");
        }
        for (const double tick : epoch_ticks(panel.x)) {
            const double x = x_of(tick);
            line(x, y0, x, y1, "#f0f0f0");
            line(x, y0, x, y0 + 5, "#888");
            label(x, y0 + 20, panel.x.label(tick), "text-anchor=\"middle\"");
        }
        line(x0, y0, x1, y0, "#888");
        label((x0 + x1) / 2, height - 10, "epoch", "text-anchor=\"middle\"");

        for (const Series& s : panel.series) {
            text_ += "<polyline fill=\"none\" stroke=\"";
            text_ += s.color;
            text_ += "\" stroke-width=\"2.2\" stroke-linejoin=\"round\" stroke-linecap=\"round\" points=\"";
            for (const Point& p : s.points) {
                number(x_of(p.x));
                text_ += ',';
                number(y_of(panel.y.place(p.y)));
                text_ += ' ';
            }
            text_.back() = '"';
            text_ += "/>\n";
            if (s.points.size() <= most_marked)
                for (const Point& p : s.points) marker(x_of(p.x), y_of(panel.y.place(p.y)), s.color);
            else marker(x_of(s.points.back().x), y_of(panel.y.place(s.points.back().y)), s.color);
            std::string style = "font-weight=\"bold\" fill=\"";
            (style += s.color) += '"';
            label(x_of(s.points.back().x) + 10, y_of(s.label_height) + 4, value_text(s.points.back().y), style);
        }
    }

    void number(double value) { append_number(text_, std::round(value * 100) / 100); }
    void attribute(std::string_view name, double value) {
        ((text_ += ' ') += name) += "=\"";
        number(value);
        text_ += '"';
    }
    void line(double x1, double y1, double x2, double y2, std::string_view color, std::string_view style = {}) {
        text_ += "<line";
        for (const auto& [name, value] : {Number{"x1", x1}, Number{"y1", y1}, Number{"x2", x2}, Number{"y2", y2}})
            attribute(name, value);
        (((text_ += " stroke=\"") += color) += "\" ") += style;
        text_ += "/>\n";
    }
    void label(double x, double y, std::string_view words, std::string_view style) {
        text_ += "<text";
        attribute("x", x);
        attribute("y", y);
        ((((text_ += ' ') += style) += '>') += words) += "</text>\n";  // no words here need escaping
    }
    void marker(double x, double y, std::string_view color) {
        text_ += "<circle";
        attribute("cx", x);
        attribute("cy", y);
        ((text_ += " r=\"3.4\" stroke=\"#fff\" stroke-width=\"1\" fill=\"") += color) += "\"/>\n";
    }

    std::string text_;
};

}  // namespace tenet::plot
